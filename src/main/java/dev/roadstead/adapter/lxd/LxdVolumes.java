package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Custom volumes of all storage pools (LXD API, {@code /storage-pools/{pool}/volumes/custom}), of the default project. A volume's
 * driver is its pool's; the pool is the option {@value #POOL}.
 */
final class LxdVolumes implements VolumeOperations {
    static final String POOL = "pool";

    /** Marks a volume that got its name from us. */
    static final String ANONYMOUS = "user.dev.roadstead.anonymous";

    private static final String DEFAULT_POOL = "default";
    private static final String CUSTOM = "custom";

    /** Where one is. */
    record Place(LxdStoreWire.Pool pool, LxdStoreWire.Volume volume) {}

    private final LxdSession session;

    LxdVolumes(LxdSession session) {
        this.session = session;
    }

    @Override
    public Mono<List<Volume>> list() {
        return places().map(LxdVolumes::volume).collectList();
    }

    @Override
    public Mono<Volume> inspect(String name) {
        return place(name).map(LxdVolumes::volume);
    }

    @Override
    public Mono<Volume> create(VolumeSpec spec) {
        String name = spec.name() == null ? "volume-" + UUID.randomUUID() : spec.name();
        return pools().collectList().flatMap(pools -> {
            LxdStoreWire.Pool pool = chosen(pools, spec.options().get(POOL));
            if (spec.driver() != null && !spec.driver().equals(pool.driver())) {
                return Mono.error(new EngineException.InvalidRequest(
                        "INVALID_DRIVER",
                        "driver: %s (expected: %s, which is pool %s's)"
                                .formatted(spec.driver(), pool.driver(), pool.name()),
                        session.errors().evidence()));
            }
            Map<String, String> config = new LinkedHashMap<>(spec.options());
            config.remove(POOL);
            config.putAll(LxdMapping.written(spec.labels()));
            if (spec.name() == null) {
                config.put(ANONYMOUS, "true");
            }
            EngineRequest request = EngineRequest.post(volumes(pool.name()).toString())
                    .json(session.bytes(Map.of("name", name, "config", config)));
            return session.operation(LxdCall.VOLUME_CREATE, subject(name), request)
                    .then(in(pool, name));
        });
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        return place(name).flatMap(this::remove);
    }

    private Mono<Void> remove(Place place) {
        String name = place.volume().name();
        EngineRequest request =
                EngineRequest.delete(LxdTarget.of("storage-pools", place.pool().name(), "volumes", CUSTOM, name)
                        .toString());
        return session.operation(LxdCall.VOLUME_REMOVE, subject(name), request).then();
    }

    /** Anonymous ones are those that were made without a name. */
    @Override
    public Mono<Pruned> prune() {
        return places().filter(place -> isAnonymous(place.volume()) && !isInUse(place.volume()))
                .concatMap(place -> remove(place)
                        .thenReturn(place.volume().name())
                        // Somebody was faster, in removing or in using it.
                        .onErrorComplete(failure -> failure instanceof EngineException.NotFound
                                || failure instanceof EngineException.Conflict))
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }

    /** All of them, each with its pool. */
    Flux<Place> places() {
        return pools().flatMapSequential(pool -> session.readList(
                        LxdCall.VOLUME,
                        "the volumes of pool " + pool.name(),
                        EngineRequest.get(
                                volumes(pool.name()).with("recursion", 1).toString()),
                        LxdStoreWire.Volume.class)
                .flatMapIterable(volumes -> volumes)
                // Snapshots stand in the same list.
                .filter(volume -> volume.name().indexOf('/') < 0)
                .map(volume -> new Place(pool, volume)));
    }

    /** The one of this name; in the pool {@code default} if several have it. */
    Mono<Place> place(String name) {
        return places().filter(place -> place.volume().name().equals(name))
                .collectList()
                .map(found -> single(name, found));
    }

    private Place single(String name, List<Place> found) {
        if (found.isEmpty()) {
            throw new EngineException.NotFound(
                    "NO_SUCH_VOLUME",
                    "no volume %s".formatted(name),
                    session.errors().evidence());
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        return found.stream()
                .filter(place -> place.pool().name().equals(DEFAULT_POOL))
                .findFirst()
                .orElseThrow(() -> new EngineException.Conflict(
                        "AMBIGUOUS_ADDRESS",
                        "several pools have a volume %s".formatted(name),
                        session.errors()
                                .evidence()
                                .with(
                                        "candidates",
                                        found.stream()
                                                .map(place -> place.pool().name() + "/" + name)
                                                .toList())));
    }

    private Flux<LxdStoreWire.Pool> pools() {
        return session.readList(
                        LxdCall.DAEMON,
                        "its storage pools",
                        EngineRequest.get(LxdTarget.of("storage-pools")
                                .with("recursion", 1)
                                .toString()),
                        LxdStoreWire.Pool.class)
                .flatMapIterable(pools -> pools);
    }

    private LxdStoreWire.Pool chosen(List<LxdStoreWire.Pool> pools, @Nullable String wanted) {
        String name =
                wanted != null ? wanted : pools.size() == 1 ? pools.getFirst().name() : DEFAULT_POOL;
        return pools.stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidRequest(
                        "INVALID_OPTION",
                        "options.pool: %s (expected: one of %s)"
                                .formatted(
                                        name,
                                        pools.stream()
                                                .map(LxdStoreWire.Pool::name)
                                                .toList()),
                        session.errors().evidence().with("field", "options." + POOL)));
    }

    private Mono<Volume> in(LxdStoreWire.Pool pool, String name) {
        return session.read(
                        LxdCall.VOLUME,
                        subject(name),
                        EngineRequest.get(LxdTarget.of("storage-pools", pool.name(), "volumes", CUSTOM, name)
                                .toString()),
                        LxdStoreWire.Volume.class)
                .map(volume -> volume(new Place(pool, volume)));
    }

    static Volume volume(Place place) {
        LxdStoreWire.Volume wire = place.volume();
        Map<String, String> options = ConfigKeys.options(wire.config());
        options.put(POOL, place.pool().name());
        Map<String, String> labels = ConfigKeys.labels(wire.config());
        labels.remove(ANONYMOUS.substring(ConfigKeys.USER.length()));
        return new Volume(
                wire.name(),
                place.pool().driver() == null ? "" : place.pool().driver(),
                options,
                labels,
                null,
                ConfigKeys.time(wire.createdAt()),
                isInUse(wire));
    }

    static boolean isInUse(LxdStoreWire.Volume volume) {
        return volume.usedBy() != null && !volume.usedBy().isEmpty();
    }

    private static boolean isAnonymous(LxdStoreWire.Volume volume) {
        return volume.config() != null && "true".equals(volume.config().get(ANONYMOUS));
    }

    private static LxdTarget volumes(String pool) {
        return LxdTarget.of("storage-pools", pool, "volumes", CUSTOM);
    }

    private static String subject(String name) {
        return "volume " + name;
    }

    /** Bytes that each takes, where its pool's driver tells; fewer than there are where it does not. */
    Mono<List<Long>> sizes(List<Place> places) {
        return Flux.fromIterable(places)
                .concatMap(place -> session.read(
                                LxdCall.VOLUME,
                                subject(place.volume().name()),
                                EngineRequest.get(LxdTarget.of(
                                                "storage-pools",
                                                place.pool().name(),
                                                "volumes",
                                                CUSTOM,
                                                place.volume().name(),
                                                "state")
                                        .toString()),
                                LxdStoreWire.VolumeState.class)
                        .mapNotNull(state ->
                                state.usage() == null ? null : state.usage().used())
                        .filter(used -> used > 0)
                        .onErrorComplete(failure -> failure instanceof EngineException.NotFound
                                || failure instanceof EngineException.InvalidRequest
                                || failure instanceof EngineException.Failed))
                .collectList()
                .map(ArrayList::new);
    }
}
