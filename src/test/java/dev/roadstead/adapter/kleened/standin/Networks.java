package dev.roadstead.adapter.kleened.standin;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Networks and which container is connected to which. */
final class Networks {
    private static final List<String> KEYS =
            List.of("internal", "name", "type", "interface", "subnet", "subnet6", "gateway", "gateway6", "nat", "icc");

    private final State state;
    private final Predicate<String> running;

    Networks(State state, Predicate<String> running) {
        this.state = state;
        this.running = running;
    }

    Answer create(ObjectNode config) {
        synchronized (state) {
            for (int version : new int[] {4, 6}) {
                String suffix = version == 4 ? "" : "6";
                String fault = Addresses.subnetFault(State.text(config, "subnet" + suffix), version);
                if (fault != null) {
                    return Answer.message(409, "invalid subnet%s: %s".formatted(suffix, fault));
                }
            }
            for (int version : new int[] {4, 6}) {
                String suffix = version == 4 ? "" : "6";
                String fault = gatewayFault(State.text(config, "gateway" + suffix), version);
                if (fault != null) {
                    return Answer.message(409, "invalid gateway%s: %s".formatted(suffix, fault));
                }
            }
            if (state.network(State.text(config, "name"), "{:create, %Kleened.API.Schemas.NetworkConfig{}}, 5000")
                    != null) {
                return Answer.message(409, "network name is already taken");
            }
            ObjectNode row = JsonText.NODES.objectNode().put("id", state.ids.next());
            KEYS.forEach(key -> row.set(key, config.get(key)));
            if (State.is(row, "nat", "<host-gateway>")) {
                row.put("nat", "em0");
            }
            if (State.text(row, "interface").isEmpty()) {
                row.put("interface", freeInterface());
            }
            state.networks.add(row);
            return Answer.id(201, State.text(row, "id"));
        }
    }

    private static @Nullable String gatewayFault(String gateway, int version) {
        if (gateway.isEmpty() || gateway.equals("<auto>")) {
            return null;
        }
        InetAddress address = Addresses.parse(gateway);
        if (address == null) {
            return "could not parse ip address: \"%s\"".formatted(gateway);
        }
        return Addresses.isVersion(address, version) ? null : "wrong IP protocol";
    }

    private String freeInterface() {
        int number = 0;
        while (isTaken("kleene" + number)) {
            number++;
        }
        return "kleene" + number;
    }

    private boolean isTaken(String name) {
        return state.networks.stream().anyMatch(row -> State.is(row, "interface", name));
    }

    Answer list() {
        synchronized (state) {
            ArrayNode array = JsonText.NODES.arrayNode();
            state.networks.stream()
                    .sorted(Comparator.comparing(row -> State.text(row, "name")))
                    .forEach(row -> array.add(row.deepCopy()));
            return Answer.json(200, array);
        }
    }

    Answer inspect(String reference) {
        synchronized (state) {
            ObjectNode row = state.network(reference, "{:inspect, \"%s\"}, 5000".formatted(reference));
            if (row == null) {
                return Answer.message(404, "network not found");
            }
            ObjectNode answer = JsonText.NODES.objectNode();
            answer.set("network", row.deepCopy());
            answer.set("network_endpoints", state.endpointsOf("network_id", State.text(row, "id")));
            return Answer.json(200, answer);
        }
    }

    Answer remove(String reference) {
        synchronized (state) {
            ObjectNode row = state.network(reference, "{:remove, \"%s\"}, 30000".formatted(reference));
            if (row == null) {
                return Answer.message(404, "network not found.");
            }
            state.networks.remove(row);
            state.endpoints.removeIf(endpoint -> State.is(endpoint, "network_id", State.text(row, "id")));
            return Answer.id(200, State.text(row, "id"));
        }
    }

    Answer prune() {
        synchronized (state) {
            List<ObjectNode> unused = state.networks.stream()
                    .filter(row -> state.endpointsOf("network_id", State.text(row, "id"))
                            .isEmpty())
                    .sorted(Comparator.comparing(row -> State.text(row, "id")))
                    .toList();
            state.networks.removeAll(unused);
            return Answer.json(200, State.ids(unused));
        }
    }

    Answer connect(ObjectNode config) {
        synchronized (state) {
            ObjectNode container = state.container(State.text(config, "container"));
            if (container == null) {
                return Answer.message(404, "container not found");
            }
            ObjectNode network = state.network(
                    State.text(config, "network"), "{:connect, %Kleened.API.Schemas.EndPointConfig{}}, 30000");
            if (network == null) {
                return Answer.message(404, "network not found");
            }
            String refusal = refusal(container, network);
            return refusal == null ? endpoint(config, container, network) : Answer.message(409, refusal);
        }
    }

    private @Nullable String refusal(ObjectNode container, ObjectNode network) {
        String id = State.text(container, "id");
        String driver = State.text(container, "network_driver");
        if (driver.equals("host") || driver.equals("disabled")) {
            return "containers with the '%s' network-driver cannot connect to networks.".formatted(driver);
        }
        if (driver.equals("vnet") && State.is(network, "type", "loopback")) {
            return "containers using the 'vnet' network-driver can't connect to loopback networks";
        }
        if (find(id, State.text(network, "id")) != null) {
            return "container already connected to the network";
        }
        if (driver.equals("vnet") && running.test(id)) {
            return "cannot connect a running vnet container to a network";
        }
        return null;
    }

    private Answer endpoint(ObjectNode config, ObjectNode container, ObjectNode network) {
        String v4;
        String v6;
        try {
            v4 = address(State.text(config, "ip_address"), network, "", 4);
            v6 = address(State.text(config, "ip_address6"), network, "6", 6);
        } catch (Answer.Refused refused) {
            return refused.answer();
        }
        ObjectNode endpoint = JsonText.NODES
                .objectNode()
                .put("id", state.ids.next())
                .put("ip_address", v4)
                .put("ip_address6", v6)
                .put("container_id", State.text(container, "id"))
                .put("network_id", State.text(network, "id"))
                .putNull("epair");
        state.endpoints.add(endpoint);
        container
                .path("public_ports")
                .forEach(port -> ((ObjectNode) port).put("ip_address", v4).put("ip_address6", v6));
        return Answer.noContent();
    }

    private String address(String wanted, ObjectNode network, String suffix, int version) {
        String subnet = State.text(network, "subnet" + suffix);
        if (wanted.isEmpty() || (wanted.equals("<auto>") && subnet.isEmpty())) {
            return "";
        }
        if (wanted.equals("<auto>")) {
            Set<String> used = new HashSet<>();
            state.endpointsOf("network_id", State.text(network, "id"))
                    .forEach(row -> used.add(row.path("ip_address" + suffix).asString()));
            String gateway = State.text(network, "gateway" + suffix);
            used.add(gateway);
            String free = Addresses.free(subnet, used, gateway.equals("<auto>"));
            if (free == null) {
                throw new Answer.Refused(409, "no more inet%s IP's left in the network".formatted(suffix));
            }
            return free;
        }
        if (subnet.isEmpty()) {
            throw new Answer.Refused(
                    409,
                    "cannot set ip address because there is no IPv%d subnet defined for this network"
                            .formatted(version));
        }
        InetAddress address = Addresses.parse(wanted);
        if (address == null || !Addresses.isVersion(address, version)) {
            throw new Answer.Refused(409, "could not parse inet%s address %s: einval".formatted(suffix, wanted));
        }
        return wanted;
    }

    Answer disconnect(String network, String container) {
        synchronized (state) {
            ObjectNode networkRow = state.network(network, "{:disconnect, \"%s\"}, 30000".formatted(network));
            if (networkRow == null) {
                return Answer.message(409, "network not found");
            }
            ObjectNode containerRow = state.container(container);
            if (containerRow == null) {
                return Answer.message(409, "container not found");
            }
            ObjectNode endpoint = find(State.text(containerRow, "id"), State.text(networkRow, "id"));
            if (endpoint == null) {
                return Answer.message(409, "endpoint configuration not found");
            }
            state.endpoints.remove(endpoint);
            return Answer.noContent();
        }
    }

    private @Nullable ObjectNode find(String container, String network) {
        return state.endpoints.stream()
                .filter(row -> State.is(row, "container_id", container) && State.is(row, "network_id", network))
                .findFirst()
                .orElse(null);
    }
}
