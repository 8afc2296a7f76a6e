package dev.roadstead.adapter.daemon;

import dev.roadstead.volume.Volume;
import org.jspecify.annotations.Nullable;

/** What a daemon tells of volumes, in our words. */
public final class VolumeMapping {
    private VolumeMapping() {}

    /** A volume. */
    public static Volume volume(DaemonWire.Volume wire, boolean used) {
        return new Volume(
                wire.name(),
                orEmpty(wire.driver()),
                Texts.strings(wire.options()),
                Texts.strings(wire.labels()),
                Texts.blankToNull(wire.mountpoint()),
                Texts.time(wire.createdAt()),
                used);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
