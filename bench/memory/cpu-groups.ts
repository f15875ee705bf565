import { accessSync, constants, mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { wholeCpuMb } from "../../cloud/cost/speed.ts";

/** Lambda's period of the completely fair scheduler, microseconds. */
const periodMicros = 20_000;

/** CPU time that a function of so much memory may use in a period, microseconds: all of one vCPU's at 1,769 MB. */
export function quotaMicros(memoryMb: number): number {
  return Math.round((periodMicros * memoryMb) / wholeCpuMb);
}

/** A hierarchy of control groups with the CPU controller: where it is, and how a group of it is bounded. */
interface Hierarchy {
  readonly root: string;
  readonly bound: (group: string, quota: number) => void;
}

const hierarchies: readonly Hierarchy[] = [
  {
    root: "/sys/fs/cgroup/cpu",
    bound(group, quota) {
      writeFileSync(join(group, "cpu.cfs_period_us"), String(periodMicros));
      writeFileSync(join(group, "cpu.cfs_quota_us"), String(quota));
    },
  },
  {
    // version 2, of which the root has to hand the controller on to its groups, as systemd sees to
    root: "/sys/fs/cgroup",
    bound: (group, quota) => writeFileSync(join(group, "cpu.max"), `${quota} ${periodMicros}`),
  },
];

export interface CpuGroups {
  /** From now on the process and its threads share the CPU time of a function of so much memory. */
  put(pid: number, memoryMb: number): void;
  /** Removes all groups; their processes have ended by then. */
  close(): Promise<void>;
}

/** Why there are no groups. */
export const noQuota =
  "no CPU quota can be set; this takes Linux, root, and control groups with the CPU controller, mounted writable below " +
  `${hierarchies.map(({ root }) => root).join(" (version 1) or ")} (version 2)`;

/** Undefined where no quota can be set. */
export function openCpuGroups(): CpuGroups | undefined {
  const hierarchy = hierarchies.find(usable);
  if (hierarchy === undefined) return undefined;
  removeLeft(hierarchy);
  const groups: string[] = [];
  return {
    put(pid, memoryMb) {
      const group = groupIn(hierarchy, String(pid));
      groups.push(group);
      hierarchy.bound(group, quotaMicros(memoryMb));
      writeFileSync(join(group, "cgroup.procs"), String(pid));
    },
    async close() {
      // the kernel lets go of an ended process a moment after its parent has heard of it
      for (const group of groups.splice(0)) await removed(group);
    },
  };
}

const prefix = "fedstep-bench-";

/** Groups of a bench that was interrupted; those in which a process lives refuse to go. */
function removeLeft({ root }: Hierarchy): void {
  for (const name of readdirSync(root).filter((one) => one.startsWith(prefix))) {
    try {
      rmdirSync(join(root, name));
    } catch {
      // another bench is at work
    }
  }
}

function groupIn({ root }: Hierarchy, name: string): string {
  const group = join(root, `${prefix}${process.pid}-${name}`);
  mkdirSync(group);
  return group;
}

function usable(hierarchy: Hierarchy): boolean {
  try {
    accessSync(join(hierarchy.root, "cgroup.procs"), constants.W_OK);
    const group = groupIn(hierarchy, "probe");
    try {
      hierarchy.bound(group, periodMicros);
    } finally {
      rmdirSync(group);
    }
    return true;
  } catch {
    return false;
  }
}

async function removed(group: string): Promise<void> {
  for (let patience = 100; ; patience--) {
    try {
      return rmdirSync(group);
    } catch (error) {
      if (patience === 0) throw error;
      await sleep(20);
    }
  }
}
