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

/** Whether it is a file or folder of ours and no volume. */
const isLent = ({ type }: { type: string }) => type === "bind";

beforeAll(() => void composeCommand());

describe.each(PROFILES)("with the profiles %j", (profiles, added) => {
  let services: [string, Service][];
  beforeAll(() => (services = Object.entries(composeConfig(profiles).services)));

  test("docker compose takes the file, and it brings these services", () => {
    const names = services.map(([name]) => name).toSorted();
    expect(names).toEqual([...ALWAYS, ...added].toSorted());
  });

  /** The names of the services that are not as they should be. */
  const wrong = (isRight: (service: Service, name: string) => boolean) =>
    services.filter(([name, service]) => !isRight(service, name)).map(([name]) => name);

  test("nobody writes outside of volumes or has rights of the system", () => {
    expect(wrong(({ read_only }) => read_only === true)).toEqual([]);
    expect(wrong(({ cap_drop }) => cap_drop?.join() === "ALL")).toEqual([]);
    expect(wrong((it) => it.security_opt?.join() === "no-new-privileges:true")).toEqual([]);
    const capabilities = services.flatMap(([, { cap_add = [] }]) => cap_add);
    expect(capabilities).toEqual(profiles.includes("tls") ? ["NET_BIND_SERVICE"] : []);
    const lent = services.flatMap(([, { volumes = [] }]) => volumes.filter(isLent));
    expect(lent.filter(({ read_only }) => read_only !== true)).toEqual([]);
    expect(lent.filter(({ source }) => !existsSync(source))).toEqual([]);
  });

  test("all that stay have a health check, and all are of an exact version", () => {
    const ends = ({ restart }: Service) => restart !== "unless-stopped";
    expect(wrong((it) => ends(it) || it.healthcheck !== undefined)).toEqual([]);
    const isExact = (image = "") => /:v?\d+\.\d+(\.\d+)?$/.test(image);
    expect(wrong(({ image, build }) => build !== undefined || isExact(image))).toEqual([]);
  });

  test("only the proxy can be reached from other machines", () => {
    const isLocal = ({ ports = [] }: Service) =>
      ports.every(({ host_ip }) => host_ip === "127.0.0.1");
    expect(wrong(isLocal)).toEqual(profiles.includes("tls") ? ["caddy"] : []);
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
