package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings.Remote;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image on another server: {@code remote:alias}, or with Incus {@code registry/name:tag} (also behind {@code docker://}).
 *
 * @param alias what it is called there
 */
record RemoteImage(Remote remote, String alias) {
    /** API extension of Incus 6.3. */
    static final String OCI = "instance_oci";

    private static final String PROTOCOL = "oci";
    private static final String DOCKER = "docker://";
    private static final String DOCKER_HUB = "docker.io";

    /**
     * Finds out what is meant; null if the text names no remote: it can only be a local alias then.
     *
     * @throws EngineException.InvalidRequest if it is an image of a registry, and the daemon has no such images
     */
    static @Nullable RemoteImage of(
            String text, Map<String, Remote> remotes, Dialect dialect, EngineException.Evidence evidence) {
        int colon = text.indexOf(':');
        Remote known = colon <= 0 ? null : remotes.get(text.substring(0, colon));
        if (known != null && colon < text.length() - 1) {
            if (known.protocol().equals(PROTOCOL)) {
                needsOci(text, dialect, evidence);
            }
            return new RemoteImage(known, text.substring(colon + 1));
        }
        String image = registryImage(text);
        if (image == null) {
            return null;
        }
        needsOci(text, dialect, evidence);
        int slash = image.indexOf('/');
        String path = image.substring(slash + 1);
        return new RemoteImage(
                new Remote(URI.create("https://" + image.substring(0, slash)), PROTOCOL, null),
                image.startsWith(DOCKER_HUB) && path.indexOf('/') < 0 ? "library/" + path : path);
    }

    private static void needsOci(String text, Dialect dialect, EngineException.Evidence evidence) {
        if (!dialect.has(OCI)) {
            throw new EngineException.InvalidRequest(
                    "INVALID_REFERENCE",
                    "%s: %s has no images of registries (expected: an alias, or remote:alias)"
                            .formatted(text, dialect.title()),
                    evidence.with("capability", Capability.PULL.word()));
        }
    }

    /** Whether it comes from a registry. */
    boolean isOci() {
        return remote.protocol().equals(PROTOCOL);
    }

    /** The image with its registry; null if the text names none. */
    private static @Nullable String registryImage(String text) {
        boolean isMarked = text.startsWith(DOCKER);
        String image = isMarked ? text.substring(DOCKER.length()) : text;
        int slash = image.indexOf('/');
        String host = slash < 0 ? "" : image.substring(0, slash);
        if (host.contains(".") || host.contains(":") || host.equals("localhost")) {
            return image;
        }
        return isMarked ? DOCKER_HUB + "/" + image : null;
    }

    /** Where the daemon fetches it from (LXD API, {@code ImagesPostSource}). */
    Map<String, Object> source() {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("type", "image");
        source.put("mode", "pull");
        source.put("server", remote.uri().toString());
        source.put("protocol", remote.protocol());
        source.put("alias", alias);
        if (remote.certificate() != null) {
            source.put("certificate", remote.certificate());
        }
        return source;
    }
}
