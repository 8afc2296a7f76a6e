package dev.roadstead.adapter.podman;

import dev.roadstead.engine.EngineContract;
import dev.roadstead.lab.Lab;

/** The contract as any Podman has to keep it. */
interface PodmanContract extends EngineContract {
    @Override
    default String image() {
        return "docker.io/library/busybox:latest";
    }

    @Override
    default String pullableImage() {
        return Lab.registry() + "/lab/busybox:1";
    }

    /** Podman's own default, containers.conf pids_limit. */
    @Override
    default Long usualPids() {
        return 2048L;
    }

    /** Podman's stop is told by its end only. */
    @Override
    default boolean aStopIsToldBesideItsEnd() {
        return false;
    }

    @Override
    default boolean eventsTellWhatAndFrom() {
        return false;
    }
}
