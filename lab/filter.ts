import { lans, machines, type LanName } from "./topology.ts";

/** The counter of what LAN1 tried to open in LAN2. */
export const REFUSED = "refused";

/**
 * VM1's packet filter, in the words of nftables: LAN1 reaches Prosa and may ping LAN2, nothing
 * else; LAN2 reaches LAN1.
 */
export function filterRules(): string {
  const [outer, inner] = [cardIn("LAN1"), cardIn("LAN2")];
  return `flush ruleset
table inet lab {
  # ${lans.LAN1.network} is behind ${outer}, ${lans.LAN2.network} behind ${inner}.
  counter ${REFUSED} {}
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "${inner}" oifname "${outer}" accept
    iifname "${outer}" oifname "${inner}" icmp type echo-request accept
    iifname "${outer}" oifname "${inner}" counter name ${REFUSED} drop
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    icmp type echo-request accept
    iifname "${outer}" tcp dport ${machines.vm1.service.port} accept
  }
}
`;
}

function cardIn(lan: LanName): string {
  const card = machines.vm1.cards.find((card) => card.lan === lan);
  if (card === undefined) throw new Error(`VM1 has no card in ${lan}`);
  return card.name;
}
