/** Realistic people and texts. */

const FIRST = ["Amara", "Bo", "Carla", "Dimitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Liam"];
const LAST = [
  "Okafor",
  "Lindqvist",
  "Moreno",
  "Petrov",
  "Aydin",
  "Haddad",
  "Vogel",
  "Laurent",
  "Costa",
  "Brandt",
  "Nyman",
];
const COMPANIES = ["Northwind Freight", "Halden Robotics", "Maple & Stone", "Orbita Labs", "Quayside Foods"];
const POSITIONS = ["Head of Operations", "VP Supply Chain", "Logistics Lead", "COO", "Warehouse Director"];
const CITIES = ["Hamburg", "Lisbon", "Gothenburg", "Lyon", "Ankara", "Porto", "Leeds"];

const of = (list, index) => list[index % list.length];

/** A CSV file whose header has words of its own, which the preview must understand. */
export function peopleCsv(count) {
  const rows = Array.from({ length: count }, (_, index) => {
    const [first, last, company] = [of(FIRST, index), of(LAST, index), of(COMPANIES, index)];
    const domain = company.toLowerCase().replace(/[^a-z]+/g, "-");
    const email = `${first}.${last}${index}@${domain}.example`.toLowerCase();
    return [email, first, last, `"${company}"`, of(POSITIONS, index), of(CITIES, index)].join(",");
  });
  return ["E-Mail,First name,Last name,Company,Job title,City", ...rows].join("\n");
}

export const SUBJECT = "%first_name%, empty trucks on the way back from %custom_fields.City|your city%?";

export const BODY = `Hi %first_name|there%,

At %company% you probably send trucks out full and get them back half empty. We match return loads for teams like yours; most fill a third of those kilometres in the first month.

Would fifteen minutes next week be of use?`;

export const FOLLOW_UP = `Hi %first_name|there%,

31 %% fewer empty kilometres at a carrier the size of %company%. Shall I send you how they did it?`;
