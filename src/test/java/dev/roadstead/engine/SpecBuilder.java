package dev.roadstead.engine;

import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the specifications of tests, which each care for one or two of the many fields. */
public final class SpecBuilder {
    private String image;
    private final List<PortMapping> ports = new ArrayList<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final List<ContainerSpec.NetworkRequest> networks = new ArrayList<>();
    private @Nullable List<String> command;
    private @Nullable List<String> entrypoint;
    private Map<String, String> env = Map.of();
    private Map<String, String> labels = Map.of();
    private @Nullable String workingDir;
    private @Nullable String user;
    private @Nullable String hostname;
    private boolean tty;
    private boolean stdinOpen;
    private Resources resources = Resources.NONE;
    private @Nullable RestartPolicy restartPolicy;
    private @Nullable Healthcheck healthcheck;
    private SecurityOptions security = SecurityOptions.DEFAULT;
    private @Nullable String project;
    private @Nullable String pod;
    private Map<String, Object> nativeFields = Map.of();

    public SpecBuilder(String image) {
        this.image = image;
    }

    /** Begins with what another has. */
    public static SpecBuilder like(ContainerSpec spec) {
        SpecBuilder builder = new SpecBuilder(spec.image());
        builder.command = spec.command();
        builder.entrypoint = spec.entrypoint();
        builder.env = spec.env();
        builder.labels = spec.labels();
        builder.workingDir = spec.workingDir();
        builder.user = spec.user();
        builder.hostname = spec.hostname();
        builder.tty = spec.tty();
        builder.stdinOpen = spec.stdinOpen();
        builder.ports.addAll(spec.ports());
        builder.mounts.addAll(spec.mounts());
        builder.networks.addAll(spec.networks());
        builder.resources = spec.resources();
        builder.restartPolicy = spec.restartPolicy();
        builder.healthcheck = spec.healthcheck();
        builder.security = spec.security();
        builder.project = spec.project();
        builder.pod = spec.pod();
        builder.nativeFields = spec.nativeFields();
        return builder;
    }

    public SpecBuilder image(String value) {
        image = value;
        return this;
    }

    public SpecBuilder command(List<String> value) {
        command = value;
        return this;
    }

    public SpecBuilder entrypoint(List<String> value) {
        entrypoint = value;
        return this;
    }

    public SpecBuilder env(Map<String, String> value) {
        env = value;
        return this;
    }

    public SpecBuilder labels(Map<String, String> value) {
        labels = value;
        return this;
    }

    public SpecBuilder workingDir(String value) {
        workingDir = value;
        return this;
    }

    public SpecBuilder user(String value) {
        user = value;
        return this;
    }

    public SpecBuilder hostname(String value) {
        hostname = value;
        return this;
    }

    public SpecBuilder tty() {
        tty = true;
        return this;
    }

    public SpecBuilder stdinOpen() {
        stdinOpen = true;
        return this;
    }

    /** Publishes a TCP port; {@code host} null: the engine chooses. */
    public SpecBuilder publish(@Nullable Integer host, int container) {
        ports.add(new PortMapping(host, container, Protocol.TCP, null));
        return this;
    }

    public SpecBuilder mount(Mount mount) {
        mounts.add(mount);
        return this;
    }

    public SpecBuilder network(String name) {
        networks.add(new ContainerSpec.NetworkRequest(name, null, List.of()));
        return this;
    }

    public SpecBuilder memory(long bytes) {
        return resources(new Resources(null, bytes, null, null, null));
    }

    public SpecBuilder resources(Resources value) {
        resources = value;
        return this;
    }

    public SpecBuilder restartPolicy(RestartPolicy value) {
        restartPolicy = value;
        return this;
    }

    /** Checks the container's health with a shell command once a second. */
    public SpecBuilder healthcheck(String script) {
        healthcheck =
                new Healthcheck(List.of("CMD-SHELL", script), Duration.ofSeconds(1), Duration.ofSeconds(1), null, 1);
        return this;
    }

    public SpecBuilder privileged() {
        return security(new SecurityOptions(true, List.of(), List.of(), false));
    }

    public SpecBuilder security(SecurityOptions value) {
        security = value;
        return this;
    }

    public SpecBuilder pod(String value) {
        pod = value;
        return this;
    }

    public SpecBuilder project(String value) {
        project = value;
        return this;
    }

    public SpecBuilder nativeFields(Map<String, Object> value) {
        nativeFields = value;
        return this;
    }

    public ContainerSpec build() {
        return new ContainerSpec(
                null,
                image,
                command,
                entrypoint,
                env,
                labels,
                workingDir,
                user,
                hostname,
                tty,
                stdinOpen,
                ports,
                mounts,
                networks,
                resources,
                restartPolicy,
                healthcheck,
                security,
                project,
                pod,
                nativeFields);
    }
}
