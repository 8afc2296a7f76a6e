package dev.roadstead.catalog;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How bodies are framed: descriptions do not tell, so that it is known here by an operation's id. */
final class Framing {
    private static final Map<String, Map<String, Streaming>> ANSWERS = Map.of(
            "docker",
            docker(),
            "podman",
            podman(),
            "lxd",
            lxd(),
            "incus",
            lxd(),
            "kleened",
            Map.of(
                    "ExecStartWebSocket", Streaming.WEBSOCKET,
                    "ImageBuild", Streaming.WEBSOCKET,
                    "ImageCreate", Streaming.WEBSOCKET));

    private static final Map<String, String> LXD_REQUESTS = Map.of(
            "instance_files_post", "raw",
            "instance_metadata_templates_post", "raw",
            "storage_pool_volume_type_files_post", "raw");

    private static final Map<String, Map<String, String>> REQUESTS = Map.of(
            "docker",
            Map.of(
                    "ImageBuild", "tar",
                    "PutContainerArchive", "tar",
                    "ImageLoad", "tar",
                    "ImageCreate", "tar",
                    "PluginCreate", "tar"),
            "podman",
            Map.ofEntries(
                    Map.entry("ImageBuild", "tar"),
                    Map.entry("ImageBuildLibpod", "tar"),
                    Map.entry("PutContainerArchive", "tar"),
                    Map.entry("PutContainerArchiveLibpod", "tar"),
                    Map.entry("ImageLoad", "tar"),
                    Map.entry("ImageLoadLibpod", "tar"),
                    Map.entry("ImageCreate", "tar"),
                    Map.entry("ImageImportLibpod", "tar"),
                    Map.entry("VolumeImportLibpod", "tar"),
                    Map.entry("ContainerRestoreLibpod", "tar"),
                    Map.entry("QuadletInstallLibpod", "tar"),
                    Map.entry("PlayKubeLibpod", "yaml"),
                    Map.entry("KubeApplyLibpod", "yaml"),
                    Map.entry("PlayKubeDownLibpod", "yaml"),
                    Map.entry("ArtifactAddLibpod", "raw"),
                    Map.entry("SecretCreateLibpod", "raw")),
            "lxd",
            LXD_REQUESTS,
            "incus",
            LXD_REQUESTS,
            "kleened",
            Map.of("ExecStartWebSocket", "first-frame", "ImageBuild", "first-frame", "ImageCreate", "first-frame"));

    private Framing() {}

    static Streaming answer(String engine, String id, String path) {
        if (id.equals("instance_log_get") || (id.equals("instance_exec-output_get") && path.contains("{filename}"))) {
            return Streaming.RAW_STREAM;
        }
        return ANSWERS.getOrDefault(engine, Map.of()).getOrDefault(id, Streaming.NONE);
    }

    static @Nullable String request(String engine, String id) {
        return REQUESTS.getOrDefault(engine, Map.of()).get(id);
    }

    /** Whether the operation it answers with has WebSockets. */
    static boolean hasOperationSockets(String id) {
        return id.equals("instance_exec_post") || id.equals("instance_console_post");
    }

    private static Map<String, Streaming> docker() {
        Map<String, Streaming> all = new HashMap<>();
        put(all, Streaming.HIJACK, "ContainerAttach ExecStart Session");
        put(all, Streaming.WEBSOCKET, "ContainerAttachWebsocket");
        put(all, Streaming.MULTIPLEXED, "ContainerLogs ServiceLogs TaskLogs");
        put(
                all,
                Streaming.NDJSON,
                "ContainerStats SystemEvents ImageCreate ImagePush ImageBuild ImageLoad PluginPull PluginUpgrade PluginPush");
        put(all, Streaming.TAR, "ContainerExport ContainerArchive ContainerGetArchive ImageGet ImageGetAll");
        return Map.copyOf(all);
    }

    private static Map<String, Streaming> podman() {
        Map<String, Streaming> all = new HashMap<>();
        put(all, Streaming.HIJACK, "ContainerAttach ContainerAttachLibpod ExecStart ExecStartLibpod");
        put(all, Streaming.MULTIPLEXED, "ContainerLogs ContainerLogsLibpod");
        put(
                all,
                Streaming.NDJSON,
                "ContainerStats ContainerStatsLibpod ContainersStatsAllLibpod PodStatsAllLibpod ContainerTopLibpod"
                        + " PodTopLibpod SystemEvents SystemEventsLibpod ImageCreate ImagePush ImageBuild ImageLoad"
                        + " ImagePullLibpod ImagePushLibpod ImageBuildLibpod LocalBuildLibpod ManifestPushLibpod");
        put(
                all,
                Streaming.TAR,
                "ContainerExport ContainerExportLibpod ContainerArchive ContainerArchiveLibpod ImageGet ImageGetAll"
                        + " ImageGetLibpod ImageExportLibpod VolumeExportLibpod ArtifactExtractLibpod"
                        + " ContainerCheckpointLibpod");
        return Map.copyOf(all);
    }

    private static Map<String, Streaming> lxd() {
        Map<String, Streaming> all = new HashMap<>();
        put(all, Streaming.WEBSOCKET, "events_get operation_websocket_get operation_websocket_get_untrusted");
        put(
                all,
                Streaming.HIJACK,
                "instance_sftp instance_nbd_get instance_port_forward_post storage_pool_volume_type_nbd_get"
                        + " storage_pool_volume_type_sftp_get");
        put(
                all,
                Streaming.RAW_STREAM,
                "instance_files_get storage_pool_volume_type_files_get instance_log_get instance_console_get"
                        + " instance_debug_memory_get network_acl_log_get image_export_get image_export_get_untrusted"
                        + " instance_metadata_templates_get");
        put(
                all,
                Streaming.TAR,
                "instance_backup_export storage_pool_volumes_type_backup_export_get"
                        + " storage_pool_buckets_backup_export_get");
        return Map.copyOf(all);
    }

    private static void put(Map<String, Streaming> all, Streaming kind, String ids) {
        for (String id : ids.split(" ", -1)) {
            all.put(id, kind);
        }
    }
}
