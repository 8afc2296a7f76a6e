package dev.roadstead.adapter.lxd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's JSON of images, storage, networks, snapshots and its host (LXD REST API 1.0). Any field may be absent. */
final class LxdStoreWire {
    private LxdStoreWire() {}

    /** As {@link LxdWire#mapper()} does with its own. */
    static void prepare(JsonMapper mapper) {
        for (Class<?> type : LxdStoreWire.class.getDeclaredClasses()) {
            var _ = mapper.readerFor(type);
            var _ = mapper.readerForListOf(type);
        }
    }

    record Image(
            String fingerprint,
            @Nullable List<ImageAlias> aliases,
            @Nullable String architecture,
            @Nullable Map<String, @Nullable String> properties,
            @Nullable Long size,
            @Nullable String createdAt,
            @Nullable String uploadedAt,
            @Nullable Boolean cached,
            @Nullable String type) {
        Image {
            given("fingerprint", fingerprint);
        }
    }

    record ImageAlias(String name, @Nullable String target) {
        ImageAlias {
            given("name", name);
        }
    }

    record Pool(
            String name, @Nullable String driver, @Nullable Map<String, @Nullable String> config) {
        Pool {
            given("name", name);
        }
    }

    /** @param usedBy URLs of what refers to it */
    record Volume(
            String name,
            @Nullable Map<String, @Nullable String> config,
            @Nullable List<String> usedBy,
            @Nullable String createdAt) {
        Volume {
            given("name", name);
        }
    }

    record VolumeState(@Nullable Usage usage) {}

    /** Bytes; absent or not positive where the pool's driver does not tell. */
    record Usage(@Nullable Long used) {}

    /** @param managed whether the daemon made it; else it is merely an interface of the host */
    record Network(
            String name,
            @Nullable String type,
            @Nullable Boolean managed,
            @Nullable Map<String, @Nullable String> config,
            @Nullable List<String> usedBy) {
        Network {
            given("name", name);
        }
    }

    record Snapshot(
            String name,
            @Nullable String createdAt,
            @Nullable Boolean stateful,
            @Nullable Long size) {
        Snapshot {
            given("name", name);
        }
    }

    /** What of an instance is copied, connected and counted. */
    record Instance(
            String name,
            @Nullable String project,
            @Nullable String type,
            @Nullable Integer statusCode,
            @Nullable List<String> profiles,
            @Nullable Map<String, @Nullable String> config,
            @Nullable Map<String, Map<String, @Nullable String>> devices,
            @Nullable Map<String, Map<String, @Nullable String>> expandedDevices,
            @Nullable InstanceState state) {
        Instance {
            given("name", name);
        }
    }

    /** What of an instance can be written. */
    record Whole(
            @Nullable String architecture,
            @Nullable String description,
            @Nullable Boolean ephemeral,
            @Nullable Boolean stateful,
            @Nullable List<String> profiles,
            @Nullable Map<String, @Nullable String> config,
            @Nullable Map<String, Map<String, @Nullable String>> devices) {
        /** The same without some of its devices. */
        Whole withoutDevices(List<String> names) {
            Map<String, Map<String, @Nullable String>> others =
                    devices == null ? new LinkedHashMap<>() : new LinkedHashMap<>(devices);
            names.forEach(others::remove);
            return new Whole(architecture, description, ephemeral, stateful, profiles, config, others);
        }
    }

    record InstanceState(@Nullable Map<String, DiskState> disk) {}

    /** @param usage bytes; absent or not positive where the pool's driver does not tell */
    record DiskState(@Nullable Long usage) {}

    record Resources(@Nullable Cpus cpu, @Nullable Memory memory) {}

    record Cpus(@Nullable Integer total) {}

    /** @param total bytes */
    record Memory(@Nullable Long total) {}

    /** Jackson does not ask; without it an answer is not what LXD documents. */
    private static void given(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }
}
