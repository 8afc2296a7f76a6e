package dev.roadstead.adapter.podman;

import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Podman tells of its host. */
final class PodmanHostMapping {
    private PodmanHostMapping() {}

    static EngineInfo info(PodmanWire.HostInfo wire) {
        PodmanWire.Host host = wire.host();
        PodmanWire.Store store = wire.store();
        PodmanWire.Counts counts = store == null ? null : store.containerStore();
        return new EngineInfo(
                host == null ? null : host.hostname(),
                host == null ? null : os(host),
                host == null ? null : host.arch(),
                host == null ? null : host.kernel(),
                host == null ? null : host.cpus(),
                host == null ? null : host.memTotal(),
                store == null ? null : store.graphDriverName(),
                counts == null ? null : counts.number(),
                counts == null ? null : counts.running(),
                counts == null ? null : counts.paused(),
                counts == null ? null : counts.stopped(),
                store == null || store.imageStore() == null
                        ? null
                        : store.imageStore().number());
    }

    private static @Nullable String os(PodmanWire.Host host) {
        PodmanWire.Distribution distribution = host.distribution();
        return distribution == null || distribution.distribution() == null
                ? host.os()
                : distribution.version() == null
                        ? distribution.distribution()
                        : distribution.distribution() + " " + distribution.version();
    }

    static DiskUsage diskUsage(PodmanWire.DiskUsage wire) {
        return new DiskUsage(images(wire.images()), containers(wire.containers()), volumes(wire.volumes()), null);
    }

    /** One row for each name of an image; what images share counts once each, as nothing tells whose it is. */
    private static DiskUsage.Part images(@Nullable List<PodmanWire.UsedImage> images) {
        Set<String> seen = new HashSet<>();
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (PodmanWire.UsedImage image : orNone(images)) {
            if (!seen.add(String.valueOf(image.imageId()))) {
                continue;
            }
            boolean used = image.containers() != null && image.containers() > 0;
            long own = image.uniqueSize() == null ? orZero(image.size()) : orZero(image.uniqueSize());
            active += used ? 1 : 0;
            size += orZero(image.size());
            reclaimable += used ? 0 : own;
        }
        return new DiskUsage.Part(seen.size(), active, size, reclaimable);
    }

    private static DiskUsage.Part containers(@Nullable List<PodmanWire.UsedContainer> containers) {
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (PodmanWire.UsedContainer container : orNone(containers)) {
            boolean alive = "running".equals(container.status()) || "paused".equals(container.status());
            active += alive ? 1 : 0;
            size += orZero(container.rwSize());
            reclaimable += alive ? 0 : orZero(container.rwSize());
        }
        return new DiskUsage.Part(orNone(containers).size(), active, size, reclaimable);
    }

    private static DiskUsage.Part volumes(@Nullable List<PodmanWire.UsedVolume> volumes) {
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (PodmanWire.UsedVolume volume : orNone(volumes)) {
            active += volume.links() != null && volume.links() > 0 ? 1 : 0;
            size += orZero(volume.size());
            reclaimable += orZero(volume.reclaimableSize());
        }
        return new DiskUsage.Part(orNone(volumes).size(), active, size, reclaimable);
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static long orZero(@Nullable Long number) {
        return number == null ? 0 : number;
    }
}
