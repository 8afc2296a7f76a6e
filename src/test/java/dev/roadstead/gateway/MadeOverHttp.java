package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * What one test makes through a gateway: all of it named {@code roadstead-test-…} and containers labelled {@value #LABEL}, and removed
 * afterwards, whatever became of the test.
 */
public class MadeOverHttp {
    /** On every container of a test, with a value of its own. */
    public static final String LABEL = "roadstead-test.run";

    private final RunningGateway gateway;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Set<String> images = new LinkedHashSet<>();
    private final Set<String> volumes = new LinkedHashSet<>();
    private final Set<String> networks = new LinkedHashSet<>();
    private final Set<String> pods = new LinkedHashSet<>();

    public MadeOverHttp(RunningGateway gateway) {
        this.gateway = gateway;
    }

    /** A name that nothing has. */
    public String name() {
        return "roadstead-test-" + UUID.randomUUID().toString().substring(0, 12);
    }

    /** The labels of this test's containers. */
    public Map<String, String> labels() {
        return Map.of(LABEL, run);
    }

    /** The condition that lists this test's containers and no others. */
    public String filter() {
        return "label=%s=%s".formatted(LABEL, run);
    }

    /** A create's body with a name and our label, unless it has them. */
    public Map<String, Object> container(Map<String, Object> body) {
        Map<String, Object> marked = new LinkedHashMap<>();
        marked.put("engine", GatewaySubject.ENGINE);
        marked.put("name", name());
        marked.put("labels", labels());
        marked.putAll(body);
        return marked;
    }

    /** A reference that no image has; what bears it at the end is removed. */
    public String imageReference() {
        return image(imagePrefix() + name() + "/image:one");
    }

    /** What the engine puts before the names of images that are of no registry. */
    protected String imagePrefix() {
        return "";
    }

    /** Removes this image too. */
    public String image(String reference) {
        images.add(reference);
        return reference;
    }

    /** A volume's name; what bears it at the end is removed. */
    public String volumeName() {
        String name = name();
        volumes.add(name);
        return name;
    }

    /** A network's name; what bears it at the end is removed. */
    public String networkName() {
        String name = newNetworkName();
        networks.add(name);
        return name;
    }

    /** A name that no network has. */
    protected String newNetworkName() {
        return name();
    }

    /** What the engine needs to be told of every network. */
    protected Map<String, Object> networkFields() {
        return Map.of();
    }

    /** A pod's name; what bears it at the end is removed. */
    public String podName() {
        String name = name();
        pods.add(name);
        return name;
    }

    /** A network on the engine. */
    public String network() {
        String name = networkName();
        Map<String, Object> body = new LinkedHashMap<>(networkFields());
        body.put("name", name);
        Answer answer = gateway.postJson(GatewaySubject.engine("/networks"), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return name;
    }

    /** A volume on the engine. */
    public String volume() {
        String name = volumeName();
        assertThat(gateway.postJson(GatewaySubject.engine("/volumes"), Map.of("name", name))
                        .status())
                .isEqualTo(201);
        return name;
    }

    /** Removes everything; what is gone already is no failure. */
    public void removeAll() {
        List<String> paths = new ArrayList<>();
        Answer listed;
        do {
            listed = gateway.get("/v1/containers?limit=1000&" + filter());
            for (JsonNode container : GatewaySubject.ok(listed).required("containers")) {
                remove(GatewaySubject.path(container, "?force=true&volumes=true"));
            }
        } while (!listed.json().required("next_cursor").isNull());
        pods.forEach(pod -> paths.add(GatewaySubject.engine("/pods/%s?force=true".formatted(pod))));
        paths.addAll(paths("/networks/", networks));
        paths.addAll(paths("/volumes/", volumes));
        images.forEach(
                image -> paths.add(GatewaySubject.engine("/images?force=true&ref=" + RunningGateway.encoded(image))));
        paths.forEach(this::remove);
    }

    private static List<String> paths(String kind, Collection<String> names) {
        return names.stream().map(name -> GatewaySubject.engine(kind + name)).toList();
    }

    private void remove(String path) {
        Answer answer = gateway.delete(path);
        assertThat(answer.status()).as("removing %s: %s", path, answer.text()).isIn(200, 204, 404);
    }
}
