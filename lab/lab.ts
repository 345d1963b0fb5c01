import type { Ended } from "./command.ts";
import type { Site } from "./service.ts";
import type { MachineName, Place } from "./topology.ts";

/** How the machines are made; `namespaces` are none, but a network of the same form in seconds. */
export type Mode = "namespaces" | "qemu" | "libvirt";

/** What each mode can do. */
export type Lab = {
  mode: Mode;
  /** Where programs and data are inside a machine. */
  site(name: MachineName): Site;
  /** The command that runs another one at the client on LAN1. */
  client(): string[];
  /** Makes the networks, before the first machine starts. */
  begin(print: (line: string) => void): Promise<void>;
  exists(): Promise<boolean>;
  /** Ends whatever there is of it, also after a crash. */
  end(): Promise<void>;
  /** Starts a machine and waits until its service does. */
  start(name: MachineName): Promise<void>;
  /** Takes the power away: nothing is saved, nobody is told. */
  cut(name: MachineName): Promise<void>;
  /** Tells a machine to end in order, and waits until it has. */
  stop(name: MachineName): Promise<void>;
  runs(name: MachineName): Promise<boolean>;
  /** Runs a line of shell in a place. */
  sh(place: Place, line: string): Promise<Ended>;
  /** What only virtual machines can do. */
  hardware?: Hardware;
};

export type Hardware = {
  snapshot(name: string): Promise<void>;
  revert(name: string): Promise<void>;
  /** Nothing happens where there is none of that name. */
  forget(name: string): Promise<void>;
  /** Plugs a disk of so many bytes in; the guest finds it at /dev/disk/by-id/virtio-<serial>. */
  plugDisk(machine: MachineName, serial: string, bytes: number): Promise<void>;
  /** Takes it out and deletes it, or whatever there is of it. */
  unplugDisk(machine: MachineName, serial: string): Promise<void>;
  /** Plugs a second processor in, until the machine is started again. */
  plugProcessor(machine: MachineName): Promise<void>;
};
