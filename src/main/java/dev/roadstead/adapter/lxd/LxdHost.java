package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The host behind the daemon (LXD API, {@code /1.0}, {@code /resources}), and what is on its disk. */
final class LxdHost {
    private static final int FROZEN = 110;
    private static final int STOPPED = 102;

    private final LxdSession session;
    private final LxdCopies copies;
    private final LxdImages images;
    private final LxdVolumes volumes;

    LxdHost(LxdSession session, LxdCopies copies, LxdImages images, LxdVolumes volumes) {
        this.session = session;
        this.copies = copies;
        this.images = images;
        this.volumes = volumes;
    }

    Mono<EngineInfo> info() {
        return Mono.zip(
                        session.dialect().then(session.server()),
                        resources(session),
                        copies.instances(1).collectList(),
                        images.wires().count())
                .map(told -> info(
                        told.getT1(),
                        told.getT2(),
                        told.getT3(),
                        Math.toIntExact(Math.min(Integer.MAX_VALUE, told.getT4()))));
    }

    private static Mono<LxdStoreWire.Resources> resources(LxdSession session) {
        return session.read(
                LxdCall.DAEMON,
                "its resources",
                EngineRequest.get(LxdTarget.of("resources").toString()),
                LxdStoreWire.Resources.class);
    }

    /** Bytes of the host's memory; empty if the daemon tells us nothing of its host, as those who may use some of its projects only. */
    static Mono<Long> memory(LxdSession session) {
        return resources(session)
                .onErrorComplete(EngineException.Denied.class)
                .mapNotNull(told -> told.memory() == null ? null : told.memory().total());
    }

    static EngineInfo info(
            LxdWire.Server server,
            LxdStoreWire.Resources resources,
            List<LxdStoreWire.Instance> instances,
            int imageCount) {
        LxdWire.Environment environment = server.environment();
        return new EngineInfo(
                environment == null ? null : environment.serverName(),
                environment == null ? null : os(environment),
                environment == null ? null : environment.kernelArchitecture(),
                environment == null ? null : environment.kernelVersion(),
                resources.cpu() == null ? null : resources.cpu().total(),
                resources.memory() == null ? null : resources.memory().total(),
                environment == null ? null : environment.storage(),
                instances.size(),
                Math.toIntExact(instances.stream().filter(LxdCopies::isRunning).count()),
                inState(instances, FROZEN),
                inState(instances, STOPPED),
                imageCount);
    }

    private static @Nullable String os(LxdWire.Environment environment) {
        if (environment.osName() == null) {
            return null;
        }
        return environment.osVersion() == null
                ? environment.osName()
                : environment.osName() + " " + environment.osVersion();
    }

    private static int inState(List<LxdStoreWire.Instance> instances, int code) {
        return Math.toIntExact(instances.stream()
                .filter(instance -> Objects.requireNonNullElse(instance.statusCode(), 0) == code)
                .count());
    }

    /** What pools of simple drivers do not tell stays untold. */
    Mono<DiskUsage> diskUsage() {
        return Mono.zip(
                        images.wires().collectList(),
                        copies.instances(2).collectList(),
                        volumes.places()
                                .collectList()
                                .flatMap(places -> volumes.sizes(places).map(sizes -> volumeUsage(places, sizes))))
                .map(told -> {
                    Set<String> used = told.getT2().stream()
                            .map(LxdCopies::imageOf)
                            .filter(Objects::nonNull)
                            .map(String::valueOf)
                            .collect(Collectors.toSet());
                    return new DiskUsage(
                            imageUsage(told.getT1(), used),
                            containerUsage(told.getT2()),
                            told.getT3().orElse(null),
                            null);
                });
    }

    static DiskUsage.Part imageUsage(List<LxdStoreWire.Image> images, Set<String> used) {
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (LxdStoreWire.Image image : images) {
            long own = image.size() == null ? 0 : image.size();
            active += used.contains(image.fingerprint()) ? 1 : 0;
            size += own;
            reclaimable += LxdImages.isNeedless(image, used) ? own : 0;
        }
        return new DiskUsage.Part(images.size(), active, size, reclaimable);
    }

    static DiskUsage.@Nullable Part containerUsage(List<LxdStoreWire.Instance> instances) {
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (LxdStoreWire.Instance instance : instances) {
            LxdStoreWire.DiskState root =
                    instance.state() == null || instance.state().disk() == null
                            ? null
                            : instance.state().disk().get("root");
            if (root == null || root.usage() == null || root.usage() <= 0) {
                return null;
            }
            boolean alive =
                    LxdCopies.isRunning(instance) || Objects.requireNonNullElse(instance.statusCode(), 0) == FROZEN;
            active += alive ? 1 : 0;
            size += root.usage();
            reclaimable += alive ? 0 : root.usage();
        }
        return new DiskUsage.Part(instances.size(), active, size, reclaimable);
    }

    private static Optional<DiskUsage.Part> volumeUsage(List<LxdVolumes.Place> places, List<Long> sizes) {
        if (sizes.size() < places.size()) {
            return Optional.empty();
        }
        int active = Math.toIntExact(places.stream()
                .filter(place -> LxdVolumes.isInUse(place.volume()))
                .count());
        return Optional.of(new DiskUsage.Part(
                places.size(), active, sizes.stream().mapToLong(Long::longValue).sum(), null));
    }
}
