import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { composeCommand, composeConfig, type Service } from "./compose-file.ts";

const ALWAYS = ["model", "ollama", "postgres", "prosa"];
const PROFILES: [string[], string[]][] = [
  [[], []],
  [["tls"], ["caddy"]],
  [["replica"], ["postgres-replica"]],
  [["observe"], ["grafana", "prometheus"]],
  [
    ["tls", "replica", "observe"],
    ["caddy", "grafana", "postgres-replica", "prometheus"],
  ],
];
/** Whom other machines may reach. */
const PUBLIC = ["caddy"];

beforeAll(() => void composeCommand());

describe.each(PROFILES)("with the profiles %j", (profiles, added) => {
  let services: [string, Service][];
  beforeAll(() => (services = Object.entries(composeConfig(profiles).services)));

  test("docker compose takes the file, and it brings these services", () => {
    const names = services.map(([name]) => name).toSorted();
    expect(names).toEqual([...ALWAYS, ...added].toSorted());
  });

  test("nobody writes outside of volumes or has rights of the system", () => {
    for (const [name, service] of services) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      expect(service.cap_add ?? [], name).toEqual(name === "caddy" ? ["NET_BIND_SERVICE"] : []);
      for (const { type, read_only } of service.volumes ?? []) {
        expect(type === "volume" || read_only, name).toBe(true);
      }
    }
  });

  test("all that stay have a health check, and all are of an exact version", () => {
    for (const [name, { healthcheck, restart, image, build }] of services) {
      const ends = restart !== "unless-stopped";
      expect(ends || healthcheck !== undefined, name).toBe(true);
      if (!build) expect(image, name).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    }
  });

  test("only the proxy can be reached from other machines", () => {
    for (const [name, { ports = [] }] of services) {
      if (PUBLIC.includes(name)) continue;
      for (const { host_ip } of ports) expect(host_ip, name).toBe("127.0.0.1");
    }
  });

  test("all folders and files that are lent to containers exist", () => {
    for (const [name, { volumes = [] }] of services) {
      const lent = volumes.filter(({ type }) => type === "bind").map(({ source }) => source);
      expect(
        lent.filter((path) => !existsSync(path)),
        name,
      ).toEqual([]);
    }
  });
});

test("the password, the model, the domain and the ports come from the settings", () => {
  const { services } = composeConfig(["tls", "replica", "observe"], {
    POSTGRES_PASSWORD: "sesame",
    OLLAMA_MODEL: "qwen3:4b",
    PROSA_DOMAIN: "chat.example.org",
    METRICS_TOKEN: "0123456789abcdef",
    GRAFANA_PASSWORD: "open",
    PORT: "9000",
  });
  const environment = (name: string) => services[name]!.environment!;
  expect(environment("prosa")["DATABASE_URL"]).toBe("postgres://prosa:sesame@postgres:5432/prosa");
  expect(environment("postgres")["POSTGRES_PASSWORD"]).toBe("sesame");
  expect(environment("postgres-replica")["PGPASSWORD"]).toBe("sesame");
  expect(environment("caddy")["PROSA_DOMAIN"]).toBe("chat.example.org");
  expect(environment("prometheus")["METRICS_TOKEN"]).toBe("0123456789abcdef");
  expect(environment("grafana")["GF_SECURITY_ADMIN_PASSWORD"]).toBe("open");
  expect(services["model"]!.command).toEqual(["pull", "qwen3:4b"]);
  expect(services["prosa"]!.ports).toMatchObject([{ published: "9000", target: 8080 }]);
});
