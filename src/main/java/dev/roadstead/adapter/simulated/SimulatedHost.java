package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PortMapping;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import dev.roadstead.image.ImageReference;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.volume.VolumeSpec;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** The machine that the engine pretends to run on: everything there is, guarded by one lock that is only ever held shortly. */
final class SimulatedHost {
    private static final int FIRST_PORT = 32_768;
    private static final int LAST_PORT = 60_999;
    private static final int SHORTEST_PREFIX = 4;

    private final EngineName engine;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Random random;
    private final SimulatedEvents events;
    private final Map<String, SimulatedContainer> containers = new LinkedHashMap<>();
    private final Map<String, SimulatedContainer> byName = new HashMap<>();
    private final Map<String, SimulatedImage> images = new LinkedHashMap<>();
    private final Map<String, SimulatedVolume> volumes = new LinkedHashMap<>();
    private final Map<String, SimulatedNetwork> networks = new LinkedHashMap<>();
    private final Map<String, SimulatedPod> pods = new LinkedHashMap<>();
    private final Map<String, FileTree> folders = new HashMap<>();
    private final Map<String, ContainerId> ports = new HashMap<>();
    private int networksMade;
    private int nextPort = FIRST_PORT;

    SimulatedHost(EngineName engine, InstantSource clock, Scheduler scheduler, long seed) {
        this.engine = engine;
        this.clock = clock;
        this.scheduler = scheduler;
        this.random = new Random(seed);
        this.events = new SimulatedEvents(engine, clock, scheduler);
        addNetwork(new NetworkSpec("bridge", "bridge", null, null, false, Map.of()));
        addSystemImage("busybox:latest", 4_300_000);
        addSystemImage("alpine:latest", 8_300_000);
    }

    /** Does something while nobody else changes anything. */
    <T extends @Nullable Object> T locked(Supplier<T> work) {
        synchronized (this) {
            return work.get();
        }
    }

    SimulatedEvents events() {
        return events;
    }

    InstantSource clock() {
        return clock;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Map<String, SimulatedContainer> containers() {
        return containers;
    }

    Map<String, SimulatedContainer> byName() {
        return byName;
    }

    Map<String, SimulatedImage> images() {
        return images;
    }

    Map<String, SimulatedVolume> volumes() {
        return volumes;
    }

    Map<String, SimulatedNetwork> networks() {
        return networks;
    }

    /** By name. */
    Map<String, SimulatedPod> pods() {
        return pods;
    }

    SimulatedPod pod(String nameOrId) {
        SimulatedPod pod = pods.get(nameOrId);
        if (pod != null) {
            return pod;
        }
        return pods.values().stream()
                .filter(other -> other.id().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> new EngineException.NotFound(
                        "NO_SUCH_POD", "there is no pod %s".formatted(nameOrId), evidence()));
    }

    /** Sixty-four hexadecimal digits that nothing else has. */
    String newId() {
        StringBuilder id = new StringBuilder(64);
        for (int i = 0; i < 4; i++) {
            String part = Long.toHexString(random.nextLong());
            id.append("0".repeat(16 - part.length())).append(part);
        }
        return id.toString();
    }

    SimulatedContainer container(ContainerId id) {
        SimulatedContainer container = containers.get(id.value());
        if (container == null) {
            throw new EngineException.NotFound(
                    "NO_SUCH_CONTAINER", "there is no container %s".formatted(id), evidence());
        }
        return container;
    }

    SimulatedContainer find(String address) {
        SimulatedContainer exact = containers.getOrDefault(address, byName.get(address));
        if (exact != null) {
            return exact;
        }
        List<SimulatedContainer> fitting = address.length() < SHORTEST_PREFIX
                ? List.of()
                : containers.values().stream()
                        .filter(container -> container.id().value().startsWith(address))
                        .toList();
        if (fitting.size() > 1) {
            throw new EngineException.Conflict(
                    "AMBIGUOUS_ADDRESS",
                    "%s fits %d containers".formatted(address, fitting.size()),
                    evidence()
                            .with(
                                    "candidates",
                                    fitting.stream()
                                            .map(container -> container.id().value())
                                            .toList()));
        }
        return fitting.isEmpty() ? container(addressed(address)) : fitting.getFirst();
    }

    /** An image by id, by the first digits of its id, or by name; null if there is none. */
    @Nullable
    SimulatedImage findImage(String reference) {
        SimulatedImage exact = images.get(reference);
        if (exact != null) {
            return exact;
        }
        String name = normalized(reference);
        for (SimulatedImage image : images.values()) {
            if (image.tags().contains(name)
                    || (reference.matches("[0-9a-f]{12,64}") && image.id().startsWith("sha256:" + reference))) {
                return image;
            }
        }
        return null;
    }

    SimulatedImage image(String reference) {
        SimulatedImage image = findImage(reference);
        if (image == null) {
            throw new EngineException.NotFound(
                    "NO_SUCH_IMAGE", "there is no image %s".formatted(reference), evidence());
        }
        return image;
    }

    /** The short form of a name, with its tag: {@code docker.io/library/busybox} becomes {@code busybox:latest}. */
    static String normalized(String reference) {
        try {
            ImageReference parsed = ImageReference.parse(reference);
            String repository =
                    parsed.repository().replaceFirst("^docker\\.io/", "").replaceFirst("^library/", "");
            return repository + ':' + parsed.version();
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }

    /** Adds an image with a small Linux system under this name. */
    SimulatedImage addSystemImage(String name, long size) {
        var now = clock.instant();
        SimulatedImage image = new SimulatedImage(
                "sha256:" + newId(),
                now,
                SimulatedImage.Config.SHELL,
                SimulatedImage.smallSystem(now),
                List.of(
                        new SimulatedImage.Step(now, "CMD [\"sh\"]", 0, null),
                        new SimulatedImage.Step(now, "ADD rootfs.tar / # simulated", size, null)));
        images.put(image.id(), image);
        tag(image, name);
        return image;
    }

    /** Names an image; the name is taken from any other. */
    void tag(SimulatedImage image, String name) {
        String tag = normalized(name);
        images.values().forEach(other -> other.tags().remove(tag));
        image.tags().add(tag);
    }

    SimulatedVolume volume(String name) {
        SimulatedVolume volume = volumes.get(name);
        if (volume == null) {
            throw new EngineException.NotFound("NO_SUCH_VOLUME", "there is no volume %s".formatted(name), evidence());
        }
        return volume;
    }

    SimulatedVolume addVolume(VolumeSpec spec) {
        String name = spec.name() == null ? newId() : spec.name();
        if (volumes.containsKey(name)) {
            throw new EngineException.AlreadyExists(
                    "NAME_IN_USE", "there is a volume %s already".formatted(name), evidence());
        }
        SimulatedVolume volume = new SimulatedVolume(name, spec, clock.instant());
        volumes.put(name, volume);
        events.add("volume", "create", name, name, Map.of("driver", "local"));
        return volume;
    }

    SimulatedNetwork network(String nameOrId) {
        SimulatedNetwork network = networks.get(nameOrId);
        if (network != null) {
            return network;
        }
        return networks.values().stream()
                .filter(other -> other.id().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> new EngineException.NotFound(
                        "NO_SUCH_NETWORK", "there is no network %s".formatted(nameOrId), evidence()));
    }

    SimulatedNetwork addNetwork(NetworkSpec spec) {
        if (networks.containsKey(spec.name())) {
            throw new EngineException.AlreadyExists(
                    "NAME_IN_USE", "there is a network %s already".formatted(spec.name()), evidence());
        }
        // 172.17 to 172.31, then 10.0 and on: the private ranges that engines use.
        String prefix = networksMade < 15 ? "172." + (17 + networksMade) : "10." + (networksMade - 15) % 256;
        networksMade++;
        SimulatedNetwork network = new SimulatedNetwork(newId(), spec, prefix, clock.instant());
        networks.put(spec.name(), network);
        events.add(network, "create", Map.of());
        return network;
    }

    /** The files of a folder on the host; empty at first. */
    FileTree folder(String path) {
        return folders.computeIfAbsent(path, _ -> SimulatedVolume.emptyTree(clock.instant()));
    }

    /** Takes a host port, a free one if the mapping names none. */
    PortMapping publish(PortMapping wanted, ContainerId container) {
        Integer host = wanted.host();
        if (host == null) {
            host = freePort(wanted);
        } else if (ports.containsKey(key(wanted, host))) {
            throw new EngineException.Conflict(
                    "PORT_IN_USE", "port %s is taken".formatted(key(wanted, host)), evidence());
        }
        ports.put(key(wanted, host), container);
        return new PortMapping(host, wanted.container(), wanted.protocol(), wanted.hostIp());
    }

    /** Gives a container's ports up. */
    void release(ContainerId container) {
        ports.values().removeIf(container::equals);
    }

    Evidence evidence() {
        return Evidence.of(engine.value());
    }

    EngineException.WrongState wrongState(String code, String message) {
        return new EngineException.WrongState(code, message, evidence());
    }

    EngineException.WrongState processEnded(ContainerId container) {
        return wrongState("PROCESS_ENDED", "the process in %s has ended".formatted(container));
    }

    EngineException.WrongState noTerminal(ContainerId container) {
        return wrongState("NO_TERMINAL", "the process in %s has no terminal".formatted(container));
    }

    EngineName engine() {
        return engine;
    }

    private int freePort(PortMapping wanted) {
        for (int tried = 0; tried <= LAST_PORT - FIRST_PORT; tried++) {
            int port = nextPort;
            nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
            if (!ports.containsKey(key(wanted, port))) {
                return port;
            }
        }
        throw new EngineException.Conflict("PORT_IN_USE", "no port is free", evidence());
    }

    private static String key(PortMapping mapping, int host) {
        return host + "/" + mapping.protocol().word();
    }

    /** An address in the shape of an id, for the words of a failure. */
    private ContainerId addressed(String address) {
        try {
            return new ContainerId(address);
        } catch (IllegalArgumentException e) {
            throw new EngineException.NotFound(
                    "NO_SUCH_CONTAINER", "there is no container %s".formatted(address), evidence());
        }
    }
}
