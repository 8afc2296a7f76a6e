package dev.roadstead.config;

import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.nativeaccess.NativeRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting below {@code roadstead}; an unknown one stops the start.
 *
 * @param engines by name; none: looked for at the usual places
 * @param defaultEngine where containers go that name no engine; null: the only engine, if there is just one
 * @param defaultProfiles applied to every create
 * @param registries credentials by registry host, e.g. {@code roadstead.registries.[registry.example.com:5000].username}
 */
@Validated
@ConfigurationProperties(prefix = "roadstead", ignoreUnknownFields = false)
public record RoadsteadProperties(
        @DefaultValue Map<EngineName, @Valid EngineProperties> engines,
        @Nullable EngineName defaultEngine,

        @DefaultValue @Size(max = 0, message = "profiles are not supported yet")
        List<String> defaultProfiles,

        @DefaultValue @Valid SecurityProperties security,
        @DefaultValue @Valid BoundsProperties bounds,
        @DefaultValue Map<String, @Valid RegistryProperties> registries,
        @DefaultValue @Valid OperationProperties operations,
        @DefaultValue @Valid MonitoringProperties monitoring,
        @DefaultValue @Valid SessionProperties sessions,
        @DefaultValue @Valid SocketProperties sockets,
        @DefaultValue @Valid AuditProperties audit,
        @DefaultValue @Valid ProxyProperties proxy) {

    /**
     * How to reach one engine.
     *
     * @param uri {@code unix:///path}, {@code tcp://host:port}, {@code http://…}, {@code https://…}, {@code simulated:///}
     * @param connectTimeout for a connection, its TLS handshake included
     * @param requestTimeout for a whole answer; streams use {@code idleTimeout}
     * @param idleTimeout for the next byte of a transfer
     * @param maxConnections of the pool; streams count too
     * @param tls null: plain, or the platform's trust for https
     * @param remotes servers by name that images come from (LXD and Incus)
     * @param spec the file of its API description; of kind openapi, and only of that
     * @param nativeAccess what of its own API may be used
     * @param kleened what only Kleened knows
     * @param listen an address of its own: {@code tcp://host:port}, {@code https://host:port}, {@code unix:///path}; null: none
     * @param listenBundle the {@code spring.ssl.bundle} of that address, if it is https: its authorities tell who is let in
     */
    public record EngineProperties(
            @NotNull EngineKind kind,
            @NotNull URI uri,
            @DefaultValue("5s") @DurationMin(millis = 1) Duration connectTimeout,
            @DefaultValue("30s") @DurationMin(millis = 1) Duration requestTimeout,
            @DefaultValue("10m") @DurationMin(millis = 1) Duration idleTimeout,
            @DefaultValue("64") @Min(1) @Max(65_536) int maxConnections,
            @Nullable @Valid TlsProperties tls,
            @DefaultValue Map<String, @Valid RemoteProperties> remotes,
            @Nullable Path spec,
            @DefaultValue @Valid NativeAccessProperties nativeAccess,
            @DefaultValue @Valid KleenedProperties kleened,
            @Nullable URI listen,
            @Nullable String listenBundle) {}

    /**
     * What of an engine's own API may be used.
     *
     * @param profile what is allowed at most
     * @param allow rules such as {@code GET /containers/**}; none: all that the profile allows
     * @param deny rules that win over all others
     */
    public record NativeAccessProperties(
            @DefaultValue("full") NativeRules.Profile profile,
            @DefaultValue List<String> allow,
            @DefaultValue List<String> deny) {
        static final NativeAccessProperties FULL =
                new NativeAccessProperties(NativeRules.Profile.FULL, List.of(), List.of());
    }

    /**
     * What the operator of a Kleened host allows, and how it is watched.
     *
     * @param pollInterval between two looks for events; only while somebody waits for them
     * @param rctlHooks whether limits are set by {@code rctl(8)}, which jails run as root on the host when they start
     * @param captureLogs whether the gateway keeps what containers write that it started
     * @param logMemory how much of each container's output it keeps then
     */
    public record KleenedProperties(
            @DefaultValue("2s") @DurationMin(millis = 10) Duration pollInterval,
            @DefaultValue("false") boolean rctlHooks,
            @DefaultValue("false") boolean captureLogs,
            @DefaultValue("1MB") DataSize logMemory) {
        @AssertTrue(message = "log-memory must be from 4KB to 64MB")
        boolean isLogMemorySane() {
            return logMemory.toKilobytes() >= 4 && logMemory.toMegabytes() <= 64;
        }
    }

    /**
     * A server that images come from.
     *
     * @param certificate the server's, as PEM or the path of such a file; null: one that the engine trusts anyway
     */
    public record RemoteProperties(
            @NotNull URI uri,

            @DefaultValue("simplestreams")
            @Pattern(regexp = "simplestreams|lxd|incus|oci", message = "must be simplestreams, lxd, incus or oci")
            String protocol,

            @Nullable String certificate) {}

    /**
     * Keys and trust for an engine.
     *
     * @param bundle the name of a {@code spring.ssl.bundle.*}: client certificate and trusted authority
     * @param fingerprint the SHA-256 of the server's certificate, which alone is trusted then, whatever its names and validity
     * @param trustOnFirstUse whether the certificate that the server shows first is the one it is trusted by from then on
     */
    public record TlsProperties(
            @Nullable String bundle,
            @Nullable String fingerprint,
            @DefaultValue("false") boolean trustOnFirstUse) {
        @AssertTrue(message = "one of bundle, fingerprint and trust-on-first-use is needed")
        boolean isOfUse() {
            return (bundle != null && !bundle.isBlank()) || fingerprint != null || trustOnFirstUse;
        }

        @AssertTrue(message = "either fingerprint or trust-on-first-use")
        boolean isOfOneMind() {
            return fingerprint == null || !trustOnFirstUse;
        }
    }

    /**
     * Who may call, and how wrong credentials are slowed down.
     *
     * @param user empty: {@code admin}
     * @param password empty: one is generated and only the loopback address is served
     * @param maxFailures wrong credentials from one address within {@code failureWindow} until it has to wait for the window's end
     * @param verifiedFor how long right credentials are remembered, so that not every request costs a password hash
     * @param allowedOrigins other sites whose pages may open WebSockets
     * @param knownEngines the file of the certificates that were trusted on first use
     */
    public record SecurityProperties(
            @Nullable String user,
            @Nullable String password,
            @DefaultValue("10") @Min(1) int maxFailures,
            @DefaultValue("1m") @DurationMin(seconds = 1) Duration failureWindow,
            @DefaultValue("5m") @DurationMin(seconds = 1) Duration verifiedFor,

            @DefaultValue
            List<
                            @Pattern(
                                    regexp = ORIGIN,
                                    message =
                                            "must be an origin such as https://console.example.com:8443, nothing behind it")
                            String>
                    allowedOrigins,

            @DefaultValue("known_engines") Path knownEngines) {
        private static final String ORIGIN = "[a-z][a-z0-9+.-]*://(\\[[0-9a-f:.]+]|[a-z0-9_.-]+)(:[0-9]{1,5})?";
        private static final String DEFAULT_USER = "admin";

        /** The user's name, never empty. */
        public String userOrDefault() {
            return user == null || user.isBlank() ? DEFAULT_USER : user;
        }

        /** Tells whether someone chose a password. */
        public boolean hasPassword() {
            return password != null && !password.isEmpty();
        }

        @AssertTrue(message = "a user name has no colon: HTTP Basic could not carry it")
        boolean isUserWithoutColon() {
            return !userOrDefault().contains(":");
        }

        @Override
        public String toString() {
            return "SecurityProperties[user=%s]".formatted(user);
        }
    }

    /**
     * How large requests may be.
     *
     * @param json of a JSON body
     * @param upload of an upload; null: no bound
     */
    public record BoundsProperties(
            @DefaultValue("1MB") DataSize json, @Nullable DataSize upload) {
        @AssertTrue(message = "json must be from 1KB to 64MB")
        boolean isJsonSane() {
            return json.toBytes() >= 1024 && json.toMegabytes() <= 64;
        }

        @AssertTrue(message = "upload must be positive")
        boolean isUploadSane() {
            return upload == null || upload.toBytes() > 0;
        }
    }

    /** Credentials for one registry: user name and password, or an identity token. */
    public record RegistryProperties(
            @Nullable String username,
            @Nullable String password,
            @Nullable String identityToken) {
        @AssertTrue(message = "either username and password, or identity-token")
        boolean isComplete() {
            return identityToken != null ? username == null && password == null : username != null && password != null;
        }

        @Override
        public String toString() {
            return "RegistryProperties[username=%s]".formatted(username);
        }
    }

    /**
     * Long work.
     *
     * @param retention how long an ended operation is kept
     * @param most how many are kept, running ones included
     */
    public record OperationProperties(
            @DefaultValue("1h") @DurationMin(seconds = 1) Duration retention,
            @DefaultValue("10000") @Min(1) int most) {}

    /**
     * Exec sessions.
     *
     * @param replay how much of its last output each keeps
     * @param lease how long a process outlives the connection it was started from, if that is lost
     * @param retention how long the state and exit code of an ended one is kept
     * @param most that run at once
     * @param mostPerUser that run at once for one user
     */
    public record SessionProperties(
            @DefaultValue("1MB") DataSize replay,
            @DefaultValue("60s") @DurationMin(millis = 1) Duration lease,
            @DefaultValue("1h") @DurationMin(seconds = 1) Duration retention,
            @DefaultValue("1000") @Min(1) int most,
            @DefaultValue("1000") @Min(1) int mostPerUser) {
        @AssertTrue(message = "replay must be from 64KB to 64MB")
        boolean isReplaySane() {
            return replay.toKilobytes() >= 64 && replay.toMegabytes() <= 64;
        }
    }

    /**
     * Watching the engines.
     *
     * @param interval between two observations of an engine
     */
    public record MonitoringProperties(
            @DefaultValue("10s") @DurationMin(seconds = 1) Duration interval) {}

    /**
     * WebSockets of clients.
     *
     * @param pingInterval between two pings; a client from which nothing comes for three of them is taken for lost
     * @param mostPerUser that one user may have open at once
     */
    public record SocketProperties(
            @DefaultValue("20s") @DurationMin(millis = 100) Duration pingInterval,
            @DefaultValue("2000") @Min(1) int mostPerUser) {}

    /**
     * The audit log.
     *
     * @param file where its lines go
     */
    public record AuditProperties(
            @DefaultValue("logs/actions.jsonl") Path file) {}

    /**
     * Engines' own APIs as bytes.
     *
     * @param maxConnections to one engine at once
     * @param answerTimeout how long an engine may take to begin its answer: some calls wait for something to happen
     * @param domain engines are served at {@code <engine>.<domain>} too; null: by path only
     */
    public record ProxyProperties(
            @DefaultValue("1024") @Min(1) @Max(65_536) int maxConnections,
            @DefaultValue("1h") @DurationMin(seconds = 1) Duration answerTimeout,

            @Nullable
            @Pattern(
                    regexp = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
                    message = "must be a domain in lower case such as engines.example.com")
            String domain) {}
}
