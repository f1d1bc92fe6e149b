import { createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Studio } from "./studio.jsx";

createRoot(document.querySelector("#root")).render(createElement(StrictMode, null, createElement(Studio)));
