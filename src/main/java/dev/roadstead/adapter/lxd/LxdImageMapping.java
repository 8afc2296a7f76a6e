package dev.roadstead.adapter.lxd;

import dev.roadstead.image.Image;
import dev.roadstead.image.PullProgress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Images: the daemon's JSON to the domain. Pure. */
final class LxdImageMapping {
    /** {@code rootfs: 45% (12.30MB/s)}, also without the part's name. */
    private static final Pattern DOWNLOAD = Pattern.compile("(?:([a-z]+):\\s*)?([0-9]{1,3})%.*");

    private static final Pattern BYTES = Pattern.compile("[0-9]{1,18}");

    private LxdImageMapping() {}

    static Image image(LxdStoreWire.Image wire) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (wire.properties() != null) {
            wire.properties().forEach((key, value) -> {
                if (value != null) {
                    properties.put(key, value);
                }
            });
        }
        return new Image(
                wire.fingerprint(),
                names(wire),
                List.of(),
                ConfigKeys.time(wire.createdAt()) == null
                        ? ConfigKeys.time(wire.uploadedAt())
                        : ConfigKeys.time(wire.createdAt()),
                wire.size(),
                properties,
                "linux",
                wire.architecture(),
                null,
                null,
                null,
                null,
                null);
    }

    static List<String> names(LxdStoreWire.Image wire) {
        return wire.aliases() == null
                ? List.of()
                : wire.aliases().stream().map(LxdStoreWire.ImageAlias::name).toList();
    }

    /** Whether it came to the daemon at this time or later; the daemon keeps whole seconds. */
    static boolean isSince(LxdStoreWire.Image wire, @Nullable String time) {
        Instant uploaded = ConfigKeys.time(wire.uploadedAt());
        Instant begin = ConfigKeys.time(time);
        return uploaded != null && begin != null && !uploaded.isBefore(begin.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Whether it is of a registry and holds one application (Incus API extension {@code instance_oci}). */
    static boolean isOci(LxdStoreWire.Image wire) {
        return wire.properties() != null && "oci".equals(wire.properties().get("type"));
    }

    /** How far a download is; null where the operation tells nothing yet. */
    static @Nullable PullProgress progress(LxdWire.Operation operation) {
        String text = operation.told("download_progress");
        if (text == null) {
            return null;
        }
        Matcher told = DOWNLOAD.matcher(text);
        String part = told.matches() && told.group(1) != null ? told.group(1) : "image";
        Long current = null;
        Long total = null;
        if (operation.metadata() != null
                && operation.metadata().get("progress") instanceof Map<?, ?> progress
                && BYTES.matcher(String.valueOf(progress.get("processed"))).matches()) {
            current = Long.valueOf(String.valueOf(progress.get("processed")));
            int percent = told.matches() ? Integer.parseInt(told.group(2)) : 0;
            total = percent == 100 ? current : null;
        }
        return new PullProgress(part, text, current, total);
    }
}
