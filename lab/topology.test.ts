import { isIPv4 } from "node:net";
import { expect, test } from "vitest";
import { filterRules } from "./filter.ts";
import { guestFiles, guestSite } from "./guest-files.ts";
import { bridgeLines, clientLines, namespaceLines, tapLines } from "./network.ts";
import { qemuArgs } from "./qemu.ts";
import { scriptOf } from "./service.ts";
import { client, lans, machines } from "./topology.ts";

const all = Object.values(machines);
const cards = [client, ...all.flatMap((machine) => machine.cards)];

test("no two cards share an address, a tap or a hardware address", () => {
  for (const field of ["address", "tap", "mac"] as const) {
    expect(new Set(cards.map((card) => card[field])).size, field).toBe(cards.length);
  }
});

test("every address lies in the network of its LAN, and so does every gateway", () => {
  const prefix = (address: string) => address.split(".").slice(0, 3).join(".");
  for (const { address, lan } of cards) {
    expect(isIPv4(address)).toBe(true);
    expect(lans[lan].network).toBe(`${prefix(address)}.0/24`);
  }
  for (const { gateway, cards: own } of [client, ...all].map((it) => ({ cards: [it], ...it }))) {
    if (gateway === undefined) continue;
    const reached = machines.vm1.cards.find(({ address }) => address === gateway)!;
    expect(own.map((card) => ("lan" in card ? card.lan : ""))).toContain(reached.lan);
  }
});

test("VM1 alone has a card in both LANs, and so is the only way between them", () => {
  const both = all.filter((machine) => new Set(machine.cards.map(({ lan }) => lan)).size === 2);
  expect(both.map(({ name }) => name)).toEqual(["vm1"]);
  expect(all.filter(({ gateway }) => gateway === undefined)).toEqual(both);
});

test("the bridges have no addresses: the only computer on LAN1 is the client", () => {
  expect(bridgeLines().filter((line) => line.includes("addr"))).toEqual([]);
  expect(clientLines()).toContain(
    "nsenter --net=/run/netns/lan1 -- ip addr add 192.168.10.254/24 dev eth0",
  );
});

test("namespaces, taps and image have the same addresses and hardware addresses", () => {
  const files = guestFiles(undefined);
  for (const machine of all) {
    const lines = namespaceLines(machine).join("\n");
    const args = qemuArgs(machine, "tcg").join(" ");
    for (const { name, tap, address, mac, lan } of machine.cards) {
      expect(lines).toContain(`ip link add ${tap} type veth peer name ${name} address ${mac}`);
      expect(lines).toContain(`ip addr add ${address}/24 dev ${name}`);
      expect(args).toContain(`netdev=${tap},mac=${mac}`);
      expect(tapLines([machine])).toContain(`ip link set ${tap} master ${lans[lan].bridge} up`);
      const unit = files[`/etc/systemd/network/10-${machine.name}-${name}.network`];
      expect(unit).toContain(`MACAddress=${mac}\n[Network]\nAddress=${address}/24\n`);
      const link = files[`/etc/systemd/network/10-${machine.name}-${name}.link`];
      expect(link).toBe(`[Match]\nMACAddress=${mac}\n[Link]\nName=${name}\n`);
    }
  }
});

test("the filter lets LAN1 open Prosa's port and nothing of LAN2", () => {
  const rules = filterRules();
  expect(rules).toContain('iifname "eth0" tcp dport 8080 accept');
  expect(rules).toContain('iifname "eth0" oifname "eth1" counter name refused drop');
  expect(rules.match(/policy drop/g)).toHaveLength(2);
  expect(guestFiles(undefined)["/etc/lab.nft"]).toBe(rules);
});

test("each service runs on one machine, and finds the others by the table", () => {
  const files = guestFiles(undefined);
  for (const { name } of all) {
    expect(files[`/etc/systemd/system/${name}.service`]).toContain(`ConditionHost=${name}\n`);
    expect(files[`/opt/lab/${name}.sh`]).toBe(scriptOf(name, guestSite(name)));
  }
  const gateway = files["/opt/lab/vm1.sh"];
  expect(gateway).toContain("OLLAMA_HOST=http://10.0.0.3:11434");
  expect(gateway).toContain("@10.0.0.2:5432/prosa");
});

test("no password stands on a command line or in the image", () => {
  expect(qemuArgs(machines.vm1, "kvm").join(" ")).toMatch(
    /fw_cfg name=\S+,file=\S+database\.password/,
  );
  expect(guestFiles(undefined)["/opt/lab/vm1.sh"]).toContain(
    "$(cat '/run/credentials/vm1.service/database.password')",
  );
});

test("a real Ollama takes the place of the engine when one is given", () => {
  const ollama = { program: "/opt/it's/ollama", models: "/models" };
  const script = scriptOf("vm3", guestSite("vm3"), ollama);
  expect(script).toContain(`exec '/opt/it'\\''s/ollama' serve`);
  expect(script).toContain("OLLAMA_HOST=10.0.0.3:11434");
});
