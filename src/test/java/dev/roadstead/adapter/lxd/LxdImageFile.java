package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.TestTar;
import java.nio.charset.StandardCharsets;

/** Image files of LXD's own layout: facts and file system in one tar. */
public final class LxdImageFile {
    private LxdImageFile() {}

    /** One that no other is like. */
    public static byte[] of(String description) {
        String facts = """
                architecture: x86_64
                creation_date: 1767323045
                properties:
                  description: %s
                  os: none
                """.formatted(description);
        return new TestTar()
                .file("metadata.yaml", facts.getBytes(StandardCharsets.UTF_8), 0644)
                .folder("rootfs")
                .folder("rootfs/etc")
                .file("rootfs/etc/name", description.getBytes(StandardCharsets.UTF_8), 0644)
                .bytes();
    }
}
