package dev.roadstead.adapter.lxd;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Containers made of others, images made of containers, and containers that nobody needs any more. */
final class LxdCopies {
    /** Images get no labels from their containers, so there is none to blank. */
    private static final Pattern BLANKS_A_LABEL = Pattern.compile("LABEL [A-Za-z0-9._-]+=\"\"");

    private static final int STOPPED = 102;
    private static final int RUNNING = 103;
    private static final String CONTAINER = "container";

    private final LxdSession session;
    private final LxdSnapshots snapshots;
    private final LxdAliases aliases;

    LxdCopies(LxdSession session, LxdSnapshots snapshots, LxdAliases aliases) {
        this.session = session;
        this.snapshots = snapshots;
        this.aliases = aliases;
    }

    /** Makes another one like it, in the same project. The daemon copies its configuration as well; labels that are not wanted are emptied, which removes them. */
    Mono<ContainerId> copy(ContainerId id, ContainerName name, Map<String, String> labels) {
        InstanceAddress source = InstanceAddress.of(id);
        InstanceAddress target = source.named(name.value());
        return instance(LxdCall.COPY, id).flatMap(wire -> {
            Map<String, String> config = new LinkedHashMap<>();
            Objects.requireNonNullElse(wire.config(), Map.<String, @Nullable String>of())
                    .keySet()
                    .forEach(key -> {
                        if (key.startsWith(ConfigKeys.USER)) {
                            config.put(key, "");
                        }
                    });
            // No label, but how the image was called.
            config.remove(LxdMapping.IMAGE);
            config.putAll(LxdMapping.written(labels));
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name.value());
            body.put("source", Map.of("type", "copy", "source", source.name(), "instance_only", true));
            body.put("config", config);
            body.put("devices", Objects.requireNonNullElse(wire.devices(), Map.of()));
            body.put("profiles", Objects.requireNonNullElse(wire.profiles(), List.of()));
            EngineRequest request = EngineRequest.post(
                            LxdTarget.of("instances").in(source.project()).toString())
                    .json(session.bytes(body));
            return session.operation(LxdCall.COPY, subject(id), request).thenReturn(target.id());
        });
    }

    /**
     * Makes an image of it; emits the fingerprint. Of a container that runs by way of a snapshot, since the daemon takes images only of
     * what rests.
     */
    Mono<String> commit(ContainerId id, CommitSpec spec) {
        if (!spec.changes().stream()
                .allMatch(change -> BLANKS_A_LABEL.matcher(change).matches())) {
            return Mono.error(() -> new EngineException.Unsupported(
                    Capability.COMMIT,
                    "images have no Dockerfile instructions here",
                    session.errors().evidence().with("field", "changes")));
        }
        InstanceAddress address = InstanceAddress.of(id);
        return instance(LxdCall.COMMIT, id)
                .flatMap(wire -> Objects.requireNonNullElse(wire.statusCode(), 0) == STOPPED
                        ? image(id, address, Map.of("type", "instance", "name", address.name()), spec)
                        : ofSnapshot(id, address, spec))
                .flatMap(fingerprint -> spec.repository() == null
                        ? Mono.just(fingerprint)
                        : aliases.point(named(spec), fingerprint).thenReturn(fingerprint));
    }

    private Mono<String> ofSnapshot(ContainerId id, InstanceAddress address, CommitSpec spec) {
        String name = "commit-" + UUID.randomUUID().toString().substring(0, 8);
        return Mono.usingWhen(
                snapshots.create(id, name, false),
                _ -> image(id, address, Map.of("type", "snapshot", "name", address.name() + "/" + name), spec),
                _ -> snapshots.remove(id, name).onErrorComplete(EngineException.NotFound.class));
    }

    private Mono<String> image(ContainerId id, InstanceAddress address, Map<String, String> source, CommitSpec spec) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (spec.message() != null) {
            properties.put("description", spec.message());
        }
        if (spec.author() != null) {
            properties.put("author", spec.author());
        }
        EngineRequest request = EngineRequest.post(
                        LxdTarget.of("images").in(address.project()).toString())
                .json(session.bytes(Map.of("source", source, "properties", properties)));
        return session.operation(LxdCall.COMMIT, subject(id), request).map(done -> fingerprint(done));
    }

    private String fingerprint(LxdWire.Operation done) {
        String fingerprint = done.told("fingerprint");
        if (fingerprint == null) {
            throw session.errors().nonsense("the new image's fingerprint is not told", null);
        }
        return fingerprint;
    }

    private static String named(CommitSpec spec) {
        return spec.tag() == null ? String.valueOf(spec.repository()) : spec.repository() + ":" + spec.tag();
    }

    /** Removes every container that is stopped. */
    Mono<Pruned> prune() {
        return instances(1)
                .filter(wire -> Objects.requireNonNullElse(wire.statusCode(), 0) == STOPPED)
                .map(LxdCopies::address)
                .concatMap(address -> session.operation(
                                LxdCall.REMOVE,
                                subject(address.id()),
                                EngineRequest.delete(LxdTarget.of(address).toString()))
                        .thenReturn(address.id().value())
                        // Somebody was faster, in removing or in starting it; or it is protected.
                        .onErrorComplete(failure -> failure instanceof EngineException.NotFound
                                || failure instanceof EngineException.WrongState
                                || failure instanceof EngineException.Conflict))
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }

    /** All containers, of all projects where the daemon can.
     *
     * @param recursion 2: with their state
     */
    Flux<LxdStoreWire.Instance> instances(int recursion) {
        return session.dialect()
                .flatMap(dialect -> session.readList(
                        LxdCall.DAEMON,
                        "its containers",
                        EngineRequest.get(LxdTarget.of("instances")
                                .with("recursion", recursion)
                                .with("all-projects", dialect.has("instance_all_projects") ? "true" : null)
                                .toString()),
                        LxdStoreWire.Instance.class))
                .flatMapIterable(instances -> instances)
                .filter(wire -> wire.type() == null || wire.type().equals(CONTAINER));
    }

    static InstanceAddress address(LxdStoreWire.Instance wire) {
        return InstanceAddress.of(wire.project(), wire.name());
    }

    /** Whether its processes run. */
    static boolean isRunning(LxdStoreWire.Instance wire) {
        return Objects.requireNonNullElse(wire.statusCode(), 0) == RUNNING;
    }

    /** The fingerprint of the image that it was made from; null if it is not told. */
    static @Nullable String imageOf(LxdStoreWire.Instance wire) {
        return wire.config() == null ? null : wire.config().get("volatile.base_image");
    }

    private Mono<LxdStoreWire.Instance> instance(LxdCall call, ContainerId id) {
        return session.read(
                call,
                subject(id),
                EngineRequest.get(LxdTarget.of(InstanceAddress.of(id)).toString()),
                LxdStoreWire.Instance.class);
    }

    private static String subject(ContainerId id) {
        return CONTAINER + " " + id;
    }
}
