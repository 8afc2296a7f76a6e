package dev.roadstead.image;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name of an image: {@code [registry[:port]/]path[:tag][@digest]}, or an id.
 *
 * @param repository registry and path
 * @param tag null if the text gave none
 * @param digest null if the text gave none
 */
public record ImageReference(
        String repository, @Nullable String tag, @Nullable String digest) {
    private static final Pattern REPOSITORY = Pattern.compile(
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
                    + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}");

    /** Reads a reference.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static ImageReference parse(String text) {
        String rest = text;
        String digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        if (rest.length() > 255
                || !REPOSITORY.matcher(rest).matches()
                || (tag != null && !TAG.matcher(tag).matches())
                || (digest != null && !DIGEST.matcher(digest).matches())) {
            throw new IllegalArgumentException("image: %s (expected: [registry/]name[:tag][@digest])".formatted(text));
        }
        return new ImageReference(rest, tag, digest);
    }

    /** The registry's host and port; {@code docker.io} if the reference names none (Docker's rule). */
    public String registry() {
        int slash = repository.indexOf('/');
        if (slash < 0) {
            return "docker.io";
        }
        String first = repository.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "docker.io";
    }

    /** The digest if there is one, else the tag, else {@code latest}: what a registry is asked for. */
    public String version() {
        if (digest != null) {
            return digest;
        }
        return tag != null ? tag : "latest";
    }

    @Override
    public String toString() {
        return repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
