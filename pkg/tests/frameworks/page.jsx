import { StrictMode } from "react";
import { Studio } from "./studio.jsx";

export default function Page() {
  return (
    <StrictMode>
      <Studio />
    </StrictMode>
  );
}
