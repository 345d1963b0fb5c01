import { expect, test } from "vitest";
import { domainXml, networkXml } from "./libvirt-xml.ts";
import { client, lans, machines } from "./topology.ts";

test("libvirt gets the same bridges, taps and hardware addresses", () => {
  for (const machine of Object.values(machines)) {
    const xml = domainXml(machine, "tcg", 1000);
    for (const { tap, mac } of machine.cards) {
      expect(xml).toContain(`<target dev='${tap}'/>\n      <mac address='${mac}'/>`);
    }
    expect(xml).toContain(`systemd.hostname=${machine.name} `);
    expect(xml).toContain(`<memory unit='MiB'>${machine.memory}</memory>`);
  }
  expect(networkXml("LAN2")).toContain(`<bridge name='${lans.LAN2.bridge}'`);
});

test("on LAN1 this computer is the client and knows the way to LAN2; on LAN2 it has no address", () => {
  expect(networkXml("LAN1")).toContain(`<ip address='${client.address}' prefix='24'/>`);
  expect(networkXml("LAN1")).toContain("address='10.0.0.0' prefix='24' gateway='192.168.10.1'");
  expect(networkXml("LAN2")).not.toMatch(/<(ip|route) /);
});

test("a machine that is started again is the same one to libvirt, and each is another", () => {
  const uuids = Object.values(machines).map(
    (machine) =>
      /<uuid>([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})</.exec(domainXml(machine, "tcg", 0))?.[1],
  );
  expect(new Set(uuids).size).toBe(3);
  expect(uuids).not.toContain(undefined);
});

test("QEMU runs as the caller and no file of theirs is given away", () => {
  const xml = domainXml(machines.vm1, "kvm", 1000);
  expect(xml).toContain("relabel='no'><label>+1000:+1000</label>");
  expect(xml).toContain("<domain type='kvm'>");
});
