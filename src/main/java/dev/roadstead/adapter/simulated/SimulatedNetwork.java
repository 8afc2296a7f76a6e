package dev.roadstead.adapter.simulated;

import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network with addresses of its own. Guarded by the host. */
final class SimulatedNetwork {
    private final String id;
    private final NetworkSpec spec;
    private final String prefix;
    private final Instant createdAt;
    private int lastAddress = 1;

    /**
     * A container on a network.
     *
     * @param connected as it is described while the container runs
     */
    record Attachment(SimulatedNetwork network, NetworkAttachment connected) {
        NetworkAttachment describe(boolean alive) {
            return alive ? connected : new NetworkAttachment(connected.name(), null, null, null);
        }
    }

    /**
     * A network.
     *
     * @param prefix the first half of its addresses, e.g. {@code 172.18}
     */
    SimulatedNetwork(String id, NetworkSpec spec, String prefix, Instant createdAt) {
        this.id = id;
        this.spec = spec;
        this.prefix = prefix;
        this.createdAt = createdAt;
    }

    String id() {
        return id;
    }

    String name() {
        return spec.name();
    }

    Attachment attach(@Nullable String fixedIp) {
        lastAddress++;
        String ip = fixedIp == null ? ip(lastAddress) : fixedIp;
        return new Attachment(this, new NetworkAttachment(spec.name(), ip, null, mac(ip)));
    }

    Network describe(@Nullable List<String> containers) {
        return new Network(
                id,
                spec.name(),
                spec.driver(),
                spec.subnet() == null ? prefix + ".0.0/16" : spec.subnet(),
                spec.gateway() == null ? prefix + ".0.1" : spec.gateway(),
                spec.internal(),
                spec.labels(),
                createdAt,
                containers);
    }

    private String ip(int address) {
        return prefix + '.' + ((address >> 8) & 0xff) + '.' + (address & 0xff);
    }

    /** As Docker derives it: 02:42 and the address. */
    private static String mac(String ip) {
        StringBuilder mac = new StringBuilder("02:42");
        for (String part : ip.split("\\.", -1)) {
            String hex = Integer.toHexString(Integer.parseInt(part));
            mac.append(hex.length() == 1 ? ":0" : ":").append(hex);
        }
        return mac.toString();
    }
}
