package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance is. As a {@link ContainerId} it is its name, and outside of the default project {@code project.name}: names of
 * instances have no dots, so what stands after the last one is the name. Names of projects have no underscores, so bytes of theirs
 * that an id cannot hold stand there as an underscore and two hexadecimal digits.
 */
record InstanceAddress(String project, String name) {
    static final String DEFAULT_PROJECT = "default";
    private static final HexFormat HEX = HexFormat.of();

    static InstanceAddress of(ContainerId id) {
        String text = id.value();
        int dot = text.lastIndexOf('.');
        return dot < 0
                ? new InstanceAddress(DEFAULT_PROJECT, text)
                : new InstanceAddress(decoded(text.substring(0, dot)), text.substring(dot + 1));
    }

    static InstanceAddress of(@Nullable String project, String name) {
        return new InstanceAddress(project == null || project.isEmpty() ? DEFAULT_PROJECT : project, name);
    }

    ContainerId id() {
        return new ContainerId(project.equals(DEFAULT_PROJECT) ? name : encoded(project) + '.' + name);
    }

    /** The same project, another name. */
    InstanceAddress named(String other) {
        return new InstanceAddress(project, other);
    }

    private static String encoded(String project) {
        StringBuilder text = new StringBuilder();
        for (byte part : project.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (part >= 'a' && part <= 'z')
                    || (part >= 'A' && part <= 'Z')
                    || (part >= '0' && part <= '9')
                    || part == '-'
                    || part == '.';
            if (plain) {
                text.append((char) part);
            } else {
                text.append('_').append(HEX.toHexDigits(part));
            }
        }
        return text.toString();
    }

    private static String decoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '_' && at + 2 < text.length() && isHex(text, at + 1)) {
                bytes[length++] = (byte) HexFormat.fromHexDigits(text, at + 1, at + 3);
                at += 2;
            } else {
                bytes[length++] = (byte) next;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isHex(String text, int at) {
        return HexFormat.isHexDigit(text.charAt(at)) && HexFormat.isHexDigit(text.charAt(at + 1));
    }

    @Override
    public String toString() {
        return id().value();
    }
}
