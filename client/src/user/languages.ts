// Each language under its own name: a person must find it in a page they cannot read.
export const languages = [
  { value: "en" as const, label: "English", lang: "en" },
  { value: "pt-BR" as const, label: "Português (Brasil)", lang: "pt-BR" },
];
