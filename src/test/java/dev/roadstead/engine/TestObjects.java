package dev.roadstead.engine;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one test makes on an engine: all of it named {@code roadstead-test-…} and labelled {@value #LABEL}, and removed afterwards,
 * whatever became of the test.
 */
public final class TestObjects {
    /** On everything that tests make, with the value 1. */
    public static final String LABEL = "dev.roadstead.test";

    /** On everything that one test makes, with a value of its own. */
    public static final String RUN = "dev.roadstead.test.run";

    private final Engine engine;
    private final Supplier<@Nullable String> subnets;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Set<ContainerId> containers = new LinkedHashSet<>();
    private final Set<String> images = new LinkedHashSet<>();
    private final Set<String> volumes = new LinkedHashSet<>();
    private final Set<String> networks = new LinkedHashSet<>();
    private final Set<String> pods = new LinkedHashSet<>();

    public TestObjects(Engine engine) {
        this(engine, () -> null);
    }

    /** @param subnets for each network one; null: the engine chooses */
    public TestObjects(Engine engine, Supplier<@Nullable String> subnets) {
        this.engine = engine;
        this.subnets = subnets;
    }

    /** The labels of everything that this test makes. */
    public Map<String, String> labels() {
        return Map.of(LABEL, "1", RUN, run);
    }

    /** The same, if the engine has this; else none. */
    public Map<String, String> labelsIf(Capability labelled) {
        return ContractSubject.get(engine.describe()).capabilities().has(labelled) ? labels() : Map.of();
    }

    /** A name that nothing has. */
    public String name() {
        return "roadstead-test-" + UUID.randomUUID().toString().substring(0, 12);
    }

    /** A name that no network has, and that an interface of Linux can have. */
    public String networkName() {
        return "rdtest-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** A container of this specification, with our labels added and a name if it has none. */
    public ContainerId container(ContainerSpec spec) {
        ContainerId id = ContractSubject.get(engine.containers().create(marked(spec)));
        containers.add(id);
        return id;
    }

    /** This specification with our labels added and a name if it has none. */
    public ContainerSpec marked(ContainerSpec spec) {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.putAll(labels());
        ContainerSpec labelled = spec.labelled(labels);
        return spec.name() == null ? labelled.named(new ContainerName(name())) : labelled;
    }

    /** A reference that no image has; what bears it at the end is removed. */
    public String imageReference() {
        String reference = switch (engine.kind()) {
            // Podman puts names without a registry there by itself.
            case PODMAN -> "localhost/" + name() + "/image:one";
            // Kleened's names have one part.
            case KLEENED -> name() + ":one";
            default -> name() + "/image:one";
        };
        images.add(reference);
        return reference;
    }

    /** A volume. */
    public Volume volume() {
        Volume volume = ContractSubject.get(
                engine.volumes().create(new VolumeSpec(name(), null, Map.of(), labelsIf(Capability.VOLUME_LABELS))));
        volumes.add(volume.name());
        return volume;
    }

    /** Removes this volume too. */
    public void alsoVolume(@Nullable String name) {
        if (name != null) {
            volumes.add(name);
        }
    }

    /** Removes this image too. */
    public void alsoImage(String reference) {
        images.add(reference);
    }

    /** A pod without containers. */
    public Pod pod() {
        Pod pod = ContractSubject.get(engine.pods().create(new PodSpec(name(), labels(), null, List.of(), List.of())));
        pods.add(pod.name());
        return pod;
    }

    /** Removes this pod too. */
    public void alsoPod(String name) {
        pods.add(name);
    }

    /** Removes this container too. */
    public void alsoContainer(ContainerId id) {
        containers.add(id);
    }

    /** Also removes this network, which the test made without us. */
    public void alsoNetwork(String name) {
        networks.add(name);
    }

    /** A network. */
    public Network network(String driver) {
        Network network = ContractSubject.get(engine.networks()
                .create(new NetworkSpec(
                        networkName(), driver, subnets.get(), null, false, labelsIf(Capability.NETWORK_LABELS))));
        networks.add(network.name());
        return network;
    }

    /** Removes everything; what is gone already is no failure. */
    public void removeAll() {
        List<Mono<?>> removals = new ArrayList<>();
        engine.containers().list(Map.of(RUN, run)).onErrorReturn(List.of()).blockOptional(ContractSubject.WAIT).stream()
                .flatMap(List::stream)
                .map(Container::id)
                .forEach(containers::add);
        containers.forEach(id -> removals.add(engine.containers().remove(id, true, true)));
        pods.forEach(name -> removals.add(engine.pods().remove(name, true)));
        networks.forEach(name -> removals.add(engine.networks().remove(name)));
        volumes.forEach(name -> removals.add(engine.volumes().remove(name, true)));
        images.forEach(name -> removals.add(engine.images().remove(name, true)));
        for (Mono<?> removal : removals) {
            removal.onErrorComplete(EngineException.NotFound.class)
                    .onErrorComplete(EngineException.Unsupported.class)
                    .block(ContractSubject.WAIT);
        }
    }
}
