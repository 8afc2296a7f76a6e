package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fills a host with containers to look at: the same ones for the same seed, {@code web-1}, {@code db-1} and so on. */
final class DemoContainers {
    /** A family of containers with the same image and labels, which they share in memory. */
    private record Family(String name, String image, ContainerSpec spec) {
        static Family of(String name, String image, List<String> command) {
            return new Family(
                    name, image, ContainerSpec.of(image, command).labelled(Map.of("app", name, "demo", "true")));
        }
    }

    private static final List<String> TICK = List.of("tick", "10");
    private static final List<Family> FAMILIES = List.of(
            Family.of("web", "nginx:latest", TICK),
            Family.of("db", "postgres:latest", TICK),
            Family.of("cache", "redis:latest", TICK),
            Family.of("worker", "python:latest", TICK),
            Family.of("job", "busybox:latest", List.of("true")));
    private static final long APART_SECONDS = 60;
    private static final int PAUSED_EVERY = 19;
    private static final int CREATED_EVERY = 23;
    private static final long IMAGE_SIZE = 90_000_000;

    private DemoContainers() {}

    /** Adds so many. */
    static void fill(SimulatedHost host, int count) {
        if (count == 0) {
            return;
        }
        ContainerBirth birth = new ContainerBirth(host);
        List<SimulatedImage> images = new ArrayList<>();
        for (Family family : FAMILIES) {
            SimulatedImage known = host.findImage(family.image());
            images.add(known == null ? host.addSystemImage(family.image(), IMAGE_SIZE) : known);
        }
        Instant now = host.clock().instant();
        for (int i = 0; i < count; i++) {
            int kind = i % FAMILIES.size();
            Family family = FAMILIES.get(kind);
            Instant created = now.minusSeconds(APART_SECONDS * (count - i));
            SimulatedContainer container = new SimulatedContainer(
                    host,
                    new ContainerId(host.newId()),
                    family.name() + '-' + (i / FAMILIES.size() + 1),
                    family.spec(),
                    images.get(kind),
                    created,
                    List.of());
            container.attachments().add(host.network("bridge").attach(null));
            birth.add(container);
            container.pretend(status(family, i), created);
        }
    }

    private static ContainerStatus status(Family family, int number) {
        if (family.name().equals("job")) {
            return ContainerStatus.STOPPED;
        }
        if (number % CREATED_EVERY == CREATED_EVERY - 1) {
            return ContainerStatus.CREATED;
        }
        return number % PAUSED_EVERY == PAUSED_EVERY - 1 ? ContainerStatus.PAUSED : ContainerStatus.RUNNING;
    }
}
