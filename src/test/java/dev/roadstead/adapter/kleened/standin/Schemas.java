package dev.roadstead.adapter.kleened.standin;

import static dev.roadstead.adapter.kleened.standin.Schema.array;
import static dev.roadstead.adapter.kleened.standin.Schema.bool;
import static dev.roadstead.adapter.kleened.standin.Schema.map;
import static dev.roadstead.adapter.kleened.standin.Schema.object;
import static dev.roadstead.adapter.kleened.standin.Schema.string;

/** The bodies, queries and first frames the daemon takes. */
final class Schemas {
    static final Schema VOLUME = new Schema().with("name", string().required());
    static final Schema NETWORK = new Schema()
            .with("gateway", string(""))
            .with("gateway6", string(""))
            .with("icc", bool(true))
            .with("interface", string("").atMost(15))
            .with("internal", bool(false))
            .with("name", string().required())
            .with("nat", string("<host-gateway>"))
            .with("subnet", string(""))
            .with("subnet6", string(""))
            .with("type", string().required().of("bridge", "loopback", "custom"));
    static final Schema ENDPOINT = new Schema()
            .with("container", string().required())
            .with("ip_address", string(""))
            .with("ip_address6", string(""))
            .with("network", string().required());
    static final Schema PORT = new Schema()
            .with("interfaces", array(string()).required())
            .with("host_port", string().required())
            .with("container_port", string().required())
            .with("protocol", string("tcp").of("tcp", "udp"));
    /** Checked by the handler, not with the body. */
    static final Schema MOUNT = new Schema()
            .with("type", string().of("volume", "nullfs"))
            .with("source", string())
            .with("destination", string())
            .with("read_only", bool(false));

    static final Schema CONTAINER = new Schema()
            .with("cmd", array(string()).orNull())
            .with("env", array(string()).orNull())
            .with("image", string().orNull())
            .with("jail_param", array(string()).orNull())
            .with("mounts", array(map()).orNull())
            .with("name", string().orNull())
            .with("network_driver", string("ipnet").of("ipnet", "host", "vnet", "disabled"))
            .with("persist", bool(false).orNull())
            .with("public_ports", array(object(PORT)).orNull())
            .with("restart_policy", string("no").orNull().of("no", "on-startup"))
            .with("user", string("").orNull());
    static final Schema EXEC = new Schema()
            .with("cmd", array(string()))
            .with("container_id", string())
            .with("env", array(string()))
            .with("tty", bool(false))
            .with("user", string(""));
    static final Schema EXEC_START = new Schema()
            .with("exec_id", string().required())
            .with("attach", bool().required())
            .with("start_container", bool().required());
    static final Schema IMAGE_CREATE = new Schema()
            .with("autotag", bool(false))
            .with("dns", bool(true))
            .with("localtime", bool(true))
            .with("method", string().required().of("fetch", "fetch-auto", "zfs-copy", "zfs-clone"))
            .with("tag", string(""))
            .with("update", bool(false))
            .with("url", string(""))
            .with("zfs_dataset", string(""));
    static final Schema IMAGE_BUILD = new Schema()
            .with("context", string().required())
            .with("container_config", object(CONTAINER).required())
            .with("buildargs", map())
            .with("cleanup", bool(true))
            .with("dockerfile", string("Dockerfile"))
            .with("networks", array(object(ENDPOINT)))
            .with("quiet", bool(false))
            .with("tag", string(""));

    static final Schema ALL_OPTIONAL = new Schema().with("all", bool(false));
    static final Schema ALL = new Schema().with("all", bool().required());
    static final Schema NAMETAG = new Schema().with("nametag", string().required());
    static final Schema EXEC_STOP =
            new Schema().with("force_stop", bool().required()).with("stop_container", bool().required());

    private Schemas() {}
}
