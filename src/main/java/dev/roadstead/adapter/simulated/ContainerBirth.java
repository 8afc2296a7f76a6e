package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How containers come and go. Used under the host's lock. */
final class ContainerBirth {
    private static final int SHORT_ID = 12;

    private final SimulatedHost host;

    ContainerBirth(SimulatedHost host) {
        this.host = host;
    }

    /** Makes a container; nothing is made if anything is wrong. */
    SimulatedContainer create(ContainerSpec spec) {
        refuseWhatCannotBe(spec);
        SimulatedImage image = host.image(spec.image());
        List<SimulatedNetwork> networks = new ArrayList<>();
        spec.networks().forEach(request -> networks.add(host.network(request.name())));
        SimulatedPod pod = spec.pod() == null ? null : host.pod(spec.pod());
        ContainerName wanted = spec.name();
        if (wanted != null) {
            checkFree(wanted.value());
        }
        ContainerId id = new ContainerId(host.newId());
        String name = wanted == null ? "simulated_" + id.value().substring(0, SHORT_ID) : wanted.value();
        List<Mount> mounts = new ArrayList<>();
        spec.mounts().forEach(mount -> mounts.add(prepared(mount)));
        SimulatedContainer container =
                new SimulatedContainer(host, id, name, spec, image, host.clock().instant(), List.copyOf(mounts));
        if (networks.isEmpty()) {
            container.attachments().add(host.network("bridge").attach(null));
        }
        for (int i = 0; i < networks.size(); i++) {
            container
                    .attachments()
                    .add(networks.get(i).attach(spec.networks().get(i).ip()));
        }
        add(container);
        if (pod != null) {
            pod.members().add(container);
        }
        host.events().add(container, "create", Map.of());
        return container;
    }

    /** Makes another one like it with a copy of its own files; its anonymous volumes are new ones. */
    SimulatedContainer copy(SimulatedContainer first, ContainerName name, Map<String, String> labels) {
        SimulatedContainer copy = create(first.spec().named(name).labelled(labels));
        copy.contain(copied(first.files().root()));
        return copy;
    }

    private static FileTree copied(FileTree tree) {
        synchronized (tree) {
            return tree.copy();
        }
    }

    /** Puts a container among the others. */
    void add(SimulatedContainer container) {
        host.containers().put(container.id().value(), container);
        host.byName().put(container.name(), container);
    }

    /** Fails if a container has this name. */
    void checkFree(String name) {
        if (host.byName().containsKey(name)) {
            throw new EngineException.AlreadyExists(
                    "NAME_IN_USE", "there is a container %s already".formatted(name), host.evidence());
        }
    }

    /** Removes a container. */
    void undo(SimulatedContainer container, boolean force, boolean volumes) {
        if (container.isAlive()) {
            if (!force) {
                throw host.wrongState("CONTAINER_RUNNING", "%s runs".formatted(container.id()));
            }
            container.wantDown();
            SimulatedRun run = container.run();
            if (run != null) {
                run.kill();
            }
        }
        host.containers().remove(container.id().value());
        host.byName().remove(container.name());
        host.pods().values().forEach(pod -> pod.members().remove(container));
        if (volumes) {
            for (int i = 0; i < container.mounts().size(); i++) {
                String source = container.mounts().get(i).source();
                boolean anonymous = container.spec().mounts().get(i).type() == Mount.Type.VOLUME
                        && container.spec().mounts().get(i).source() == null;
                if (anonymous && source != null) {
                    host.volumes().remove(source);
                    host.events().add("volume", "remove", source, source, Map.of("driver", "local"));
                }
            }
        }
        host.events().add(container, "remove", Map.of());
        container.remove();
    }

    /** The mount with its volume, which is made if it is not there. */
    private Mount prepared(Mount mount) {
        if (mount.type() != Mount.Type.VOLUME) {
            return mount;
        }
        String source = mount.source();
        String volume = source != null && host.volumes().containsKey(source)
                ? source
                : host.addVolume(new VolumeSpec(source, null, Map.of(), Map.of()))
                        .name();
        return new Mount(mount.type(), volume, mount.target(), mount.readOnly());
    }

    private void refuseWhatCannotBe(ContainerSpec spec) {
        if (spec.project() != null) {
            throw new EngineException.Unsupported(
                    Capability.PROJECTS,
                    SimulatedEngine.NO_PROJECTS,
                    host.evidence().with("field", "project"));
        }
        if (!spec.nativeFields().isEmpty()) {
            throw new EngineException.InvalidRequest(
                    "UNKNOWN_FIELD",
                    "native: %s (expected: none, a simulated engine has no fields of its own)"
                            .formatted(spec.nativeFields().keySet()),
                    host.evidence());
        }
    }
}
