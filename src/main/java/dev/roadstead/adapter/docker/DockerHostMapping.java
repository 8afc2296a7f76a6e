package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the daemon tells of its host. */
final class DockerHostMapping {
    private DockerHostMapping() {}

    static EngineInfo info(DockerWire.HostInfo wire) {
        return new EngineInfo(
                wire.name(),
                wire.operatingSystem(),
                wire.architecture(),
                wire.kernelVersion(),
                wire.cpus(),
                wire.memTotal(),
                wire.driver(),
                wire.containers(),
                wire.containersRunning(),
                wire.containersPaused(),
                wire.containersStopped(),
                wire.images());
    }

    static DiskUsage diskUsage(DockerWire.DiskUsage wire) {
        return new DiskUsage(
                wire.imageUsage() != null ? sum(wire.imageUsage()) : images(wire.images(), wire.layersSize()),
                wire.containerUsage() != null ? sum(wire.containerUsage()) : containers(wire.containers()),
                wire.volumeUsage() != null ? sum(wire.volumeUsage()) : volumes(wire.volumes()),
                wire.buildCacheUsage() != null ? sum(wire.buildCacheUsage()) : buildCache(wire.buildCache()));
    }

    private static DiskUsage.Part sum(DockerWire.UsageSum wire) {
        return new DiskUsage.Part(
                wire.totalCount() == null ? 0 : wire.totalCount(),
                wire.activeCount() == null ? 0 : wire.activeCount(),
                orZero(wire.totalSize()),
                wire.reclaimable());
    }

    /** Layers are shared: an image in use holds what is its own, the rest of all layers could go (as {@code docker system df}). */
    private static DiskUsage.@Nullable Part images(
            @Nullable List<DaemonWire.ListedImage> images, @Nullable Long layersSize) {
        if (layersSize == null && images == null) {
            return null;
        }
        int active = 0;
        long held = 0;
        List<DaemonWire.ListedImage> all = images == null ? List.of() : images;
        for (DaemonWire.ListedImage image : all) {
            if (image.containers() != null && image.containers() > 0) {
                active++;
                held += Math.max(0, orZero(image.size()) - Math.max(0, orZero(image.sharedSize())));
            }
        }
        long size = orZero(layersSize);
        return new DiskUsage.Part(all.size(), active, size, Math.max(0, size - held));
    }

    private static DiskUsage.@Nullable Part containers(@Nullable List<DockerWire.UsedContainer> containers) {
        if (containers == null) {
            return null;
        }
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (DockerWire.UsedContainer container : containers) {
            String state = container.state() == null ? "" : container.state();
            boolean alive = state.equals("running") || state.equals("paused") || state.equals("restarting");
            active += alive ? 1 : 0;
            size += orZero(container.sizeRw());
            reclaimable += alive ? 0 : orZero(container.sizeRw());
        }
        return new DiskUsage.Part(containers.size(), active, size, reclaimable);
    }

    private static DiskUsage.@Nullable Part volumes(@Nullable List<DaemonWire.Volume> volumes) {
        if (volumes == null) {
            return null;
        }
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (DaemonWire.Volume volume : volumes) {
            DaemonWire.VolumeUsage usage = volume.usageData();
            // -1 where the driver does not tell.
            long own = usage == null ? 0 : Math.max(0, orZero(usage.size()));
            boolean used = usage != null && usage.refCount() != null && usage.refCount() > 0;
            active += used ? 1 : 0;
            size += own;
            reclaimable += used ? 0 : own;
        }
        return new DiskUsage.Part(volumes.size(), active, size, reclaimable);
    }

    private static DiskUsage.@Nullable Part buildCache(@Nullable List<DockerWire.CacheRecord> records) {
        if (records == null) {
            return null;
        }
        int active = 0;
        long size = 0;
        long reclaimable = 0;
        for (DockerWire.CacheRecord cached : records) {
            boolean inUse = Boolean.TRUE.equals(cached.inUse());
            boolean shared = Boolean.TRUE.equals(cached.shared());
            active += inUse ? 1 : 0;
            size += shared ? 0 : orZero(cached.size());
            reclaimable += shared || inUse ? 0 : orZero(cached.size());
        }
        return new DiskUsage.Part(records.size(), active, size, reclaimable);
    }

    private static long orZero(@Nullable Long number) {
        return number == null ? 0 : number;
    }
}
