package dev.roadstead.gateway;

import java.lang.management.ManagementFactory;

/** What the test's own virtual machine, which the gateway runs in, holds. */
final class Heap {
    private Heap() {}

    /** Bytes in use after a collection. */
    static long usedAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
