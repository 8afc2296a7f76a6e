package dev.roadstead.adapter.kleened.standin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which request does what; the checks of path, query and body come first. */
final class Router {
    private static final int LARGEST_BODY = 8_000_000;

    private final Containers containers;
    private final Execs execs;
    private final Images images;
    private final Networks networks;
    private final Volumes volumes;
    private final Timing timing;

    Router(Containers containers, Execs execs, Images images, Networks networks, Volumes volumes, Timing timing) {
        this.containers = containers;
        this.execs = execs;
        this.images = images;
        this.networks = networks;
        this.volumes = volumes;
        this.timing = timing;
    }

    Answer answer(Request request) throws InterruptedException {
        List<String> path;
        try {
            path = request.segments();
        } catch (IllegalArgumentException badEscape) {
            return new Answer(400, Map.of(), new byte[0]);
        }
        try {
            return route(request, path);
        } catch (Answer.Refused refused) {
            return refused.answer();
        } catch (Answer.Crash crash) {
            return DebugPage.of(request, crash);
        }
    }

    static boolean isSocket(List<String> path) {
        return switch (String.join("/", path)) {
            case "exec/start", "images/create", "images/build" -> true;
            default -> false;
        };
    }

    private Answer route(Request request, List<String> path) throws InterruptedException {
        if (path.isEmpty() || path.size() > 4) {
            return Answer.notFound();
        }
        String second = path.size() > 1 ? path.get(1) : "";
        return switch (request.method() + " " + path.getFirst() + "/" + shape(path)) {
            case "GET containers/list" ->
                containers.list(query(request, Schemas.ALL_OPTIONAL).path("all").asBoolean());
            case "POST containers/create" -> containers.create(body(request, Schemas.CONTAINER));
            case "POST containers/prune" -> containers.prune();
            case "DELETE containers/:id" -> containers.remove(second);
            case "GET containers/:id/inspect" -> containers.inspect(second);
            case "POST containers/:id/stop" -> containers.stop(second, timing.stopGrace());
            case "POST containers/:id/update" -> containers.update(second, body(request, Schemas.CONTAINER));
            case "POST exec/create" -> execs.create(body(request, Schemas.EXEC));
            case "POST exec/:id/stop" -> {
                ObjectNode query = query(request, Schemas.EXEC_STOP);
                yield execs.stop(
                        second,
                        query.path("force_stop").asBoolean(),
                        query.path("stop_container").asBoolean());
            }
            case "GET images/list" -> images.list();
            case "POST images/prune" ->
                images.prune(query(request, Schemas.ALL).path("all").asBoolean());
            case "DELETE images/:id" -> images.remove(second);
            case "GET images/:id/inspect" -> images.inspect(second);
            case "POST images/:id/tag" -> images.tag(second, State.text(query(request, Schemas.NAMETAG), "nametag"));
            case "GET networks/list" -> networks.list();
            case "POST networks/create" -> networks.create(body(request, Schemas.NETWORK));
            case "POST networks/connect" -> networks.connect(body(request, Schemas.ENDPOINT));
            case "POST networks/prune" -> networks.prune();
            case "DELETE networks/:id" -> networks.remove(second);
            case "GET networks/:id/inspect" -> networks.inspect(second);
            case "POST networks/:id/disconnect/:id" -> networks.disconnect(second, path.get(3));
            case "GET volumes/list" -> volumes.list();
            case "POST volumes/create" -> volumes.create(body(request, Schemas.VOLUME));
            case "POST volumes/prune" -> volumes.prune();
            case "DELETE volumes/:id" -> volumes.remove(second);
            case "GET volumes/:id/inspect" -> volumes.inspect(second);
            default -> Answer.notFound();
        };
    }

    /** The path after the resource; what can only be a reference becomes {@code :id}. */
    private static String shape(List<String> path) {
        if (path.size() == 2) {
            return List.of("list", "create", "prune", "connect").contains(path.get(1)) ? path.get(1) : ":id";
        }
        return switch (path.size()) {
            case 3 -> ":id/" + path.get(2);
            case 4 -> ":id/" + path.get(2) + "/:id";
            default -> "";
        };
    }

    private static ObjectNode query(Request request, Schema schema) {
        return checked(schema.castQuery(request.parameters()));
    }

    private static ObjectNode body(Request request, Schema schema) {
        String type = request.header("content-type").split(";", 2)[0].strip();
        boolean json = type.equals("application/json");
        if (request.body().length > LARGEST_BODY && (json || type.endsWith("+json"))) {
            throw new Answer.Crash(
                    413,
                    "Plug.Parsers.RequestTooLargeError",
                    "(Plug.Parsers.RequestTooLargeError) the request is too large. If you are willing to process larger"
                            + " requests, please give a :length to Plug.Parsers");
        }
        if (request.has("content-type") && !json && !type.endsWith("+json")) {
            throw new Answer.Crash(
                    415,
                    "Plug.Parsers.UnsupportedMediaTypeError",
                    "(Plug.Parsers.UnsupportedMediaTypeError) unsupported media type " + type);
        }
        JsonNode value = request.body().length == 0 ? JsonText.NODES.objectNode() : JsonText.parse(request.body());
        if (request.has("content-type") && value == null) {
            throw new Answer.Crash(
                    400,
                    "Plug.Parsers.ParseError",
                    "(Plug.Parsers.ParseError) malformed request, a Jason.DecodeError exception was raised with message \"%s\""
                            .formatted(JsonFault.of(new String(request.body(), StandardCharsets.ISO_8859_1))));
        }
        if (!json) {
            String fault = request.has("content-type")
                    ? "Invalid value for header: content-type"
                    : "Missing header: content-type";
            throw new Answer.Refused(Answer.invalid(List.of(new Schema.Fault("/", fault))));
        }
        return checked(schema.cast(Objects.requireNonNull(value)));
    }

    private static ObjectNode checked(Schema.Cast cast) {
        if (!cast.faults().isEmpty()) {
            throw new Answer.Refused(Answer.invalid(cast.faults()));
        }
        return cast.value();
    }

    /** Where JSON stops to be JSON, in the words of the daemon's parser. */
    static final class JsonFault {
        private JsonFault() {}

        static String of(String text) {
            int position = longestStart(text);
            if (position >= text.length()) {
                return "unexpected end of input at position " + text.length();
            }
            char c = text.charAt(position);
            String shown = c < 0x80 ? " (\\\"%s\\\")".formatted(c).replace("\\\"", "\"") : "";
            return "unexpected byte at position %d: 0x%02X%s".formatted(position, (int) c, shown);
        }

        private static int longestStart(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) >= 0x80 || (i == 0 && "{[\"".indexOf(text.charAt(i)) < 0)) {
                    return i;
                }
                if (i > 0 && Character.isLetter(text.charAt(i)) && text.charAt(i - 1) == '{') {
                    return i;
                }
            }
            return text.length();
        }
    }
}
