package dev.roadstead.image;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name of an image: {@code [registry[:port]/]path[:tag][@digest]}, an id, or {@code remote:path/with/slashes} as LXD writes it.
 *
 * @param repository registry and path, or remote and path
 * @param tag null if the text gave none
 * @param digest null if the text gave none
 */
public record ImageReference(
        String repository, @Nullable String tag, @Nullable String digest) {
    private static final Pattern REPOSITORY = Pattern.compile(
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
                    + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    /** One with a slash only: others look like name and tag. What is a port is none, and is left to the pattern above. */
    private static final Pattern REMOTE = Pattern.compile(
            "[a-z][a-z0-9-]{0,62}:[A-Za-z][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){1,8}");

    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}");

    /** Reads a reference.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static ImageReference parse(String text) {
        if (REMOTE.matcher(text).matches() && text.length() <= 255) {
            return new ImageReference(text, null, null);
        }
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
        if (REMOTE.matcher(repository).matches()) {
            return repository.substring(0, repository.indexOf(':'));
        }
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
