/** A command to the system's libvirt. */
export const virsh = (...args: string[]): string[] => [
  ...["virsh", "--quiet", "--connect", "qemu:///system"],
  ...args,
];
