package dev.roadstead.testing;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds containers as an engine would describe them; tests change what they care for. */
public final class ContainerBuilder {
    private final String id;
    private String name;
    private String image = "busybox:latest";
    private ContainerState state = new ContainerState(ContainerStatus.CREATED, "created", null, null, null, null);
    private Instant createdAt = Instant.parse("2026-11-23T09:00:00Z");
    private Map<String, String> env = Map.of();
    private final Map<String, String> labels = new HashMap<>();
    private List<PortMapping> ports = List.of();
    private List<NetworkAttachment> networks = List.of();

    public ContainerBuilder(String id) {
        this.id = id;
        this.name = "name-" + id;
    }

    public ContainerBuilder name(String value) {
        name = value;
        return this;
    }

    public ContainerBuilder image(String value) {
        image = value;
        return this;
    }

    public ContainerBuilder state(ContainerState value) {
        state = value;
        return this;
    }

    public ContainerBuilder status(ContainerStatus status) {
        return state(new ContainerState(status, status.word(), null, null, null, null));
    }

    public ContainerBuilder createdAt(Instant value) {
        createdAt = value;
        return this;
    }

    public ContainerBuilder env(Map<String, String> value) {
        env = value;
        return this;
    }

    public ContainerBuilder label(String key, String value) {
        labels.put(key, value);
        return this;
    }

    public ContainerBuilder labels(Map<String, String> more) {
        labels.putAll(more);
        return this;
    }

    public ContainerBuilder ports(PortMapping... values) {
        ports = List.of(values);
        return this;
    }

    public ContainerBuilder networks(NetworkAttachment... values) {
        networks = List.of(values);
        return this;
    }

    public Container build() {
        return new Container(
                new ContainerId(id),
                name,
                image,
                "sha256:1",
                state,
                createdAt,
                env,
                labels,
                List.of("sleep", "60"),
                null,
                "/",
                null,
                "host",
                false,
                ports,
                List.<Mount>of(),
                networks,
                Resources.NONE,
                RestartPolicy.NO);
    }
}
