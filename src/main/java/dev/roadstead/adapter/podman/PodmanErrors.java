package dev.roadstead.adapter.podman;

import static dev.roadstead.adapter.daemon.DaemonCall.ARCHIVE;
import static dev.roadstead.adapter.daemon.DaemonCall.COMMIT;
import static dev.roadstead.adapter.daemon.DaemonCall.CONNECT;
import static dev.roadstead.adapter.daemon.DaemonCall.CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.DISCONNECT;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE_LOAD;
import static dev.roadstead.adapter.daemon.DaemonCall.IMAGE_REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.LOGS;
import static dev.roadstead.adapter.daemon.DaemonCall.NETWORK_CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.NETWORK_REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.POD;
import static dev.roadstead.adapter.daemon.DaemonCall.POD_CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.POD_REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.PULL;
import static dev.roadstead.adapter.daemon.DaemonCall.REMOVE;
import static dev.roadstead.adapter.daemon.DaemonCall.RENAME;
import static dev.roadstead.adapter.daemon.DaemonCall.START;
import static dev.roadstead.adapter.daemon.DaemonCall.VOLUME_CREATE;
import static dev.roadstead.adapter.daemon.DaemonCall.VOLUME_REMOVE;
import static dev.roadstead.adapter.daemon.Refusals.ALL;
import static dev.roadstead.adapter.daemon.Refusals.ANY;
import static dev.roadstead.adapter.daemon.Refusals.rule;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.Refusals;
import dev.roadstead.adapter.daemon.Refusals.Meaning;
import dev.roadstead.adapter.daemon.Refusals.Rule;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a refusal of Podman means: decided by call, then by its cause, which is stable text (libpod/define/errors.go) and ends the
 * message; the status is 500 for nearly everything (libpod API 4.3), and tells more in later versions.
 */
final class PodmanErrors {
    private static final Set<DaemonCall> ENDPOINT = EnumSet.of(CONNECT, START, CREATE);
    private static final Set<DaemonCall> REFERENCES = EnumSet.of(COMMIT, IMAGE, PULL, CREATE);

    /** The first that fits counts. Texts as 4.3 to 5.4 word them, without regard to case. */
    private static final List<Rule> RULES = List.of(
            // 404 of a route, not of an object.
            rule(ALL, 404, "^not found$", Meaning.FAILED, "ENGINE_NONSENSE"),
            rule(ALL, ANY, "no such container$|not found: layer not known$", Meaning.NOT_FOUND, "NO_SUCH_CONTAINER"),
            rule(ALL, ANY, "no such pod$", Meaning.NOT_FOUND, "NO_SUCH_POD"),
            rule(ALL, ANY, "no such exec session$", Meaning.NOT_FOUND, "NO_SUCH_EXEC"),
            rule(ALL, ANY, "network not found$", Meaning.NOT_FOUND, "NO_SUCH_NETWORK"),
            rule(ALL, ANY, "image not known$|no such image", Meaning.NOT_FOUND, "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(START),
                    ANY,
                    "address already in use|port is already allocated|failed to expose ports",
                    Meaning.CONFLICT,
                    "PORT_IN_USE"),
            rule(
                    EnumSet.of(START),
                    ANY,
                    "command that was not found|executable file .*not found|no such file or directory: OCI"
                            + "|OCI permission denied|exec: .*(?:permission denied|is a directory)",
                    Meaning.INVALID,
                    "NO_SUCH_PROGRAM"),
            rule(EnumSet.of(ARCHIVE), ANY, "not a directory", Meaning.INVALID, "NOT_A_FOLDER"),
            rule(
                    EnumSet.of(ARCHIVE),
                    ANY,
                    "archive/tar|unexpected EOF|invalid tar header|gzip: invalid|not a tar",
                    Meaning.INVALID,
                    "INVALID_ARCHIVE"),
            rule(EnumSet.of(ARCHIVE), ANY, "read-only file ?system", Meaning.WRONG_STATE, "READ_ONLY"),
            rule(EnumSet.of(ARCHIVE), ANY, "no such file or directory$", Meaning.NOT_FOUND, "NO_SUCH_PATH"),
            rule(
                    EnumSet.of(CREATE, RENAME),
                    ANY,
                    "name is already in use|already in use by|already in use, cannot|container already exists"
                            + "|name .* is in use|unique constraint failed: containerconfig\\.name",
                    Meaning.ALREADY_EXISTS,
                    "NAME_IN_USE"),
            rule(EnumSet.of(CREATE), ANY, "statfs .*no such file or directory$", Meaning.INVALID, "INVALID_MOUNT"),
            rule(EnumSet.of(CREATE, VOLUME_CREATE), ANY, "required plugin missing$", Meaning.INVALID, "NO_SUCH_DRIVER"),
            rule(
                    EnumSet.of(CREATE, POD_CREATE),
                    ANY,
                    "cannot set port bindings|invalid (?:argument|config)|must be |invalid port|cannot set hostname"
                            + "|published or exposed ports must",
                    Meaning.INVALID,
                    "INVALID_REQUEST"),
            rule(
                    EnumSet.of(POD_CREATE),
                    ANY,
                    "pod already exists$|name .* is in use",
                    Meaning.ALREADY_EXISTS,
                    "NAME_IN_USE"),
            rule(
                    EnumSet.of(POD_REMOVE),
                    ANY,
                    "as it is running|as it is paused|has containers that are not ready to be removed",
                    Meaning.WRONG_STATE,
                    "POD_RUNNING"),
            rule(EnumSet.of(POD), ANY, "no running containers", Meaning.WRONG_STATE, "POD_NOT_RUNNING"),
            rule(EnumSet.of(REMOVE), ANY, "container state improper$", Meaning.WRONG_STATE, "CONTAINER_RUNNING"),
            rule(
                    EnumSet.of(REMOVE),
                    ANY,
                    "container has already been removed$",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_CONTAINER"),
            rule(
                    EnumSet.of(REMOVE),
                    ANY,
                    "dependency exists|depends? on|has dependent containers",
                    Meaning.CONFLICT,
                    "CONTAINER_IN_USE"),
            rule(EnumSet.of(LOGS), ANY, "does not support|no log(?:s| driver)|cannot read logs", Meaning.NO_LOGS, ""),
            rule(
                    REFERENCES,
                    ANY,
                    "invalid reference format|invalid image reference",
                    Meaning.INVALID,
                    "INVALID_REFERENCE"),
            rule(
                    EnumSet.of(IMAGE_REMOVE),
                    ANY,
                    "in use by|image used by|has dependent|is in use|must be forced|unable to delete",
                    Meaning.CONFLICT,
                    "IMAGE_IN_USE"),
            rule(
                    EnumSet.of(IMAGE_LOAD),
                    ANY,
                    "payload does not match|not a|unexpected EOF|invalid|no such file",
                    Meaning.INVALID,
                    "INVALID_ARCHIVE"),
            rule(EnumSet.of(PULL), ANY, "toomanyrequests", Meaning.FAILED, "REGISTRY_RATE_LIMITED"),
            // Docker Hub's answer for an absent repository, too.
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "requested access to the resource is denied",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "unauthorized|authentication required|invalid username/password|incorrect username|denied",
                    Meaning.DENIED,
                    "REGISTRY_DENIED"),
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "manifest unknown|not found|no image found|no such host|connection refused|no route to host"
                            + "|network is unreachable|i/o timeout|server misbehaving|server gave HTTP response to HTTPS"
                            + "|did not resolve to an alias|name unknown",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(EnumSet.of(VOLUME_REMOVE), ANY, "volume is being used$", Meaning.CONFLICT, "VOLUME_IN_USE"),
            rule(EnumSet.of(VOLUME_CREATE), ANY, "volume already exists$", Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            rule(EnumSet.of(VOLUME_CREATE), ANY, "invalid argument$", Meaning.INVALID, "INVALID_REQUEST"),
            rule(ALL, ANY, "no such volume$", Meaning.NOT_FOUND, "NO_SUCH_VOLUME"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "network already exists$", Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "already used", Meaning.CONFLICT, "SUBNET_IN_USE"),
            rule(
                    EnumSet.of(NETWORK_CREATE),
                    ANY,
                    "invalid CIDR|gateway .* not in subnet|subnet .* invalid|invalid subnet",
                    Meaning.INVALID,
                    "INVALID_SUBNET"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "unsupported driver", Meaning.INVALID, "NO_SUCH_DRIVER"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "invalid (?:argument|name)", Meaning.INVALID, "INVALID_REQUEST"),
            rule(EnumSet.of(NETWORK_REMOVE), ANY, "network is being used$", Meaning.CONFLICT, "NETWORK_IN_USE"),
            rule(
                    EnumSet.of(NETWORK_REMOVE),
                    ANY,
                    "default network .* cannot be removed",
                    Meaning.CONFLICT,
                    "NETWORK_PREDEFINED"),
            rule(ENDPOINT, ANY, "network is already connected$", Meaning.CONFLICT, "ALREADY_CONNECTED"),
            rule(
                    ENDPOINT,
                    ANY,
                    "requested (?:static )?ip address .*not in|not in any subnet|is not an? (?:valid )?IPv?4",
                    Meaning.INVALID,
                    "INVALID_ADDRESS"),
            rule(ENDPOINT, ANY, "ip address .* (?:is )?already allocated", Meaning.CONFLICT, "ADDRESS_IN_USE"),
            // Its network is that of its pod, of another container or of the host.
            rule(EnumSet.of(CONNECT, DISCONNECT), ANY, "invalid network mode$", Meaning.WRONG_STATE, "WRONG_STATE"),
            rule(EnumSet.of(DISCONNECT), ANY, "is not connected to", Meaning.NOT_FOUND, "NOT_CONNECTED"),
            rule(
                    ALL,
                    ANY,
                    "(?:only|can't|cannot|not).*running.*container state improper$",
                    Meaning.WRONG_STATE,
                    "CONTAINER_NOT_RUNNING"),
            rule(ALL, ANY, "(?:container|pod|exec session) state improper$", Meaning.WRONG_STATE, "WRONG_STATE"),
            rule(ALL, 400, null, Meaning.INVALID, "INVALID_REQUEST"),
            rule(ALL, 401, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 403, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 409, null, Meaning.WRONG_STATE, "WRONG_STATE"));

    private final Refusals refusals;
    private final JsonMapper json;

    PodmanErrors(String engine, JsonMapper json) {
        this.refusals = new Refusals(engine, RULES);
        this.json = json;
    }

    /** What an answer of 400 and above means.
     *
     * @param subject what the call was about, for people: {@code container abc}
     */
    EngineException of(DaemonCall call, String subject, EngineReply reply) {
        return of(call, subject, reply.status(), messageOf(reply));
    }

    /** What a status and Podman's own text mean. */
    EngineException of(DaemonCall call, String subject, int status, @Nullable String message) {
        return refusals.of(call, subject, status, message);
    }

    /** Podman's own words, the cause last; null for pages of a proxy and the like. */
    private @Nullable String messageOf(EngineReply reply) {
        return Refusals.words(reply, json, told -> {
            String message = Refusals.text(told.get("message"));
            String cause = Refusals.text(told.get("cause"));
            if (message == null || cause == null || message.contains(cause)) {
                return message == null ? cause : message;
            }
            return message + ": " + cause;
        });
    }
}
