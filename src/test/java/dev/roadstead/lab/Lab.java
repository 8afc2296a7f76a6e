package dev.roadstead.lab;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where the lab's real engines are, as {@code src/test/lab/lab.sh env} tells it. */
public final class Lab {
    static final String PREFIX = "ROADSTEAD_TEST_";

    private Lab() {}

    /** Docker on its unix socket. */
    public static URI docker() {
        return URI.create(variable("DOCKER"));
    }

    /** Docker on TCP with mutual TLS; keys and certificates are in {@link #pki()}. */
    public static URI dockerTls() {
        return URI.create(variable("DOCKER_TLS"));
    }

    /** Docker on plain TCP. */
    public static URI dockerTcp() {
        return URI.create(variable("DOCKER_TCP"));
    }

    /** Podman on its unix socket. */
    public static URI podman() {
        return URI.create(variable("PODMAN"));
    }

    /** Podman on TCP with mutual TLS; keys and certificates are in {@link #pki()}. */
    public static URI podmanTls() {
        return URI.create(variable("PODMAN_TLS"));
    }

    /** LXD on its unix socket. */
    public static URI lxd() {
        return URI.create(variable("LXD"));
    }

    /** LXD on HTTPS; it trusts {@code client.pem} of {@link #pki()}. */
    public static URI lxdHttps() {
        return URI.create(variable("LXD_HTTPS"));
    }

    /** What makes LXD trust a certificate. */
    public static String lxdPassword() {
        return variable("LXD_PASSWORD");
    }

    /**
     * Offers the image {@code busybox/1} by the simplestreams protocol, over HTTPS; its certificate is signed by {@code ca.pem} of {@link
     * #pki()}.
     */
    public static URI simplestreams() {
        return URI.create(variable("SIMPLESTREAMS"));
    }

    /** A newer Docker on its unix socket. */
    public static URI newerDocker() {
        return URI.create(variable("NEWER_DOCKER"));
    }

    /** A newer Podman on its unix socket. */
    public static URI newerPodman() {
        return URI.create(variable("NEWER_PODMAN"));
    }

    /** Compose 2: the program. */
    public static String newerCompose() {
        return variable("NEWER_COMPOSE");
    }

    /** Incus on its unix socket. */
    public static URI incus() {
        return URI.create(variable("INCUS"));
    }

    /** Incus on HTTPS; it trusts {@code client.pem} of {@link #pki()}. */
    public static URI incusHttps() {
        return URI.create(variable("INCUS_HTTPS"));
    }

    /** Incus' own command: the program. */
    public static String incusClient() {
        return variable("INCUS_CLIENT");
    }

    /** The folder with the PEM files. */
    public static Path pki() {
        return Path.of(variable("PKI"));
    }

    /** A registry open to all, {@code host:port}. */
    public static String registry() {
        return variable("REGISTRY");
    }

    /** A registry that wants {@link #registryUser()} and {@link #registryPassword()}, {@code host:port}. */
    public static String registryWithPassword() {
        return variable("REGISTRY_AUTH");
    }

    /** A registry that answers slowly, {@code host:port}. */
    public static String slowRegistry() {
        return variable("REGISTRY_SLOW");
    }

    public static String registryUser() {
        return variable("REGISTRY_USER");
    }

    public static String registryPassword() {
        return variable("REGISTRY_PASSWORD");
    }

    static Optional<String> optional(String name) {
        return Optional.ofNullable(System.getenv(PREFIX + name));
    }

    private static String variable(String name) {
        return optional(name).orElseThrow(() -> new IllegalStateException("not set: " + PREFIX + name));
    }
}
