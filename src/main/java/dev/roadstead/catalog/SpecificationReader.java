package dev.roadstead.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the facts out of an API description: Swagger 2.0 or OpenAPI 3.x, as YAML or JSON. */
public final class SpecificationReader {
    private static final String OWN = "openapi";
    private static final String STREAMING = "x-roadstead-streaming";
    private static final int LARGEST = 64 << 20;
    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete", "options");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}:]+)(:[^}]*)?}");
    private static final Pattern AUTHORITY = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*");
    private static final Pattern SAYS_DEPRECATED = Pattern.compile(
            "^\\W*(deprecated\\b|this (endpoint|call|api|operation) (is|has been) deprecated)",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Map<String, String> PREFIXES = Map.of("docker", "/v{version}", "podman", "/v{version}");
    private static final Map<String, String> PAGES = Map.of(
            "docker", "https://docs.docker.com/reference/api/engine/version/v{version}/#operation/{id}",
            "podman", "https://docs.podman.io/en/v{version}/_static/api.html#operation/{id}",
            "lxd", "https://documentation.ubuntu.com/lxd/latest/api/#/{category}/{id}",
            "incus", "https://linuxcontainers.org/incus/docs/main/api/#/{category}/{id}");

    private final JsonMapper json = JsonMapper.shared();
    private final String engine;
    private final @Nullable String version;

    /** Of what nothing is known but its description. */
    public SpecificationReader() {
        this.engine = OWN;
        this.version = null;
    }

    SpecificationReader(String engine, String version) {
        this.engine = engine;
        this.version = version;
    }

    /** Reads a description; fails with {@link IllegalArgumentException} if it is none. */
    public Catalog read(String text) {
        JsonNode description = json.valueToTree(parsed(text));
        if (!description.has("swagger") && !description.has("openapi")) {
            throw new IllegalArgumentException("no description of an API (expected: Swagger 2.0 or OpenAPI 3)");
        }
        SpecificationParameters parameters = new SpecificationParameters(description);
        Map<String, Integer> ids = new HashMap<>();
        List<CatalogOperation> operations = new ArrayList<>();
        description.path("paths").properties().forEach(route -> {
            JsonNode item = parameters.resolved(route.getValue());
            METHODS.stream()
                    .filter(item::has)
                    .map(method -> operation(description, parameters, route.getKey(), method, item))
                    .map(operation -> unique(operation, ids))
                    .forEach(operations::add);
        });
        operations.sort(CatalogOperation.ORDER);
        return new Catalog(
                engine,
                version == null ? description.path("info").path("version").asString("") : version,
                version == null ? base(description) : PREFIXES.getOrDefault(engine, ""),
                PAGES.getOrDefault(engine, ""),
                operations);
    }

    private static @Nullable Object parsed(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST);
        try {
            return new Yaml(new SafeConstructor(options)).load(text);
        } catch (YAMLException malformed) {
            throw new IllegalArgumentException(
                    "neither YAML nor JSON: %s".formatted(malformed.getMessage()), malformed);
        }
    }

    /** What stands before every path: of Swagger {@code basePath}, of OpenAPI the first server's, its variables at their defaults. */
    private static String base(JsonNode description) {
        JsonNode server = description.path("servers").path(0);
        String told = description.has("swagger")
                ? description.path("basePath").asString("")
                : server.path("url").asString("");
        for (Map.Entry<String, JsonNode> variable : server.path("variables").properties()) {
            told = told.replace(
                    "{" + variable.getKey() + "}",
                    variable.getValue().path("default").asString(""));
        }
        String path = AUTHORITY.matcher(told).replaceFirst("");
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return bare.isEmpty() || bare.startsWith("/") ? bare : "/" + bare;
    }

    private static CatalogOperation unique(CatalogOperation read, Map<String, Integer> ids) {
        int times = ids.merge(read.id(), 1, Integer::sum);
        return times == 1
                ? read
                : new CatalogOperation(
                        "%s_%d".formatted(read.id(), times),
                        read.id(),
                        read.category(),
                        read.method(),
                        read.path(),
                        read.fixedQuery(),
                        read.parameters(),
                        read.consumes(),
                        read.produces(),
                        read.success(),
                        read.errors(),
                        read.streaming(),
                        read.requestStreaming(),
                        read.altStreaming(),
                        read.deprecated(),
                        read.asynchronous(),
                        read.operationSockets(),
                        read.untrusted(),
                        read.result());
    }

    private CatalogOperation operation(
            JsonNode description, SpecificationParameters parameters, String route, String method, JsonNode item) {
        JsonNode told = item.path(method);
        int query = route.indexOf('?');
        String whole =
                VARIABLE.matcher(query < 0 ? route : route.substring(0, query)).replaceAll("{$1}");
        String path = whole.isEmpty() ? "/" : whole;
        String id = told.path("operationId").asString("%s_%s".formatted(method, path));
        List<CatalogParameter> all = parameters.of(item, told);
        Set<String> inPath = new HashSet<>();
        all.stream().filter(known -> known.in().equals("path")).forEach(known -> inPath.add(known.name()));
        Matcher variables = VARIABLE.matcher(path);
        while (variables.find()) {
            if (inPath.add(variables.group(1))) {
                all.addFirst(CatalogParameter.ofPath(variables.group(1)));
            }
        }
        JsonNode body = parameters.resolved(told.path("requestBody"));
        boolean hasBody =
                all.stream().anyMatch(known -> known.isBody() || known.in().equals("formData"));
        List<String> consumes = body.isObject()
                ? sorted(body.path("content"))
                : told.has("consumes")
                        ? types(told.path("consumes"))
                        : hasBody ? types(description.path("consumes")) : List.of();
        Answers answers = answers(description, parameters, told);
        Streaming streaming = told.has(STREAMING)
                ? Streaming.of(told.path(STREAMING).asString(""))
                : Framing.answer(engine, id, path);
        boolean both = answers.produces().contains("application/octet-stream")
                && answers.produces().contains("application/json");
        boolean isLxd = engine.equals("lxd") || engine.equals("incus");
        return new CatalogOperation(
                id,
                null,
                category(path, told),
                method.toUpperCase(java.util.Locale.ROOT),
                path,
                query < 0 ? Map.of() : fixed(route.substring(query + 1)),
                all,
                consumes,
                answers.produces(),
                List.copyOf(answers.success()),
                List.copyOf(answers.errors()),
                streaming,
                hasBody ? Framing.request(engine, id) : null,
                streaming == Streaming.NONE && both ? "raw-stream" : null,
                isDeprecated(told),
                answers.asynchronous() ? true : null,
                Framing.hasOperationSockets(id) ? true : null,
                isLxd ? id.endsWith("_untrusted") : null,
                answers.result());
    }

    private record Answers(
            List<String> produces,
            Set<Integer> success,
            Set<Integer> errors,
            boolean asynchronous,
            @Nullable String result) {}

    private Answers answers(JsonNode description, SpecificationParameters parameters, JsonNode told) {
        Set<Integer> success = new TreeSet<>();
        Set<Integer> errors = new TreeSet<>();
        List<String> produces = told.has("produces") ? types(told.path("produces")) : null;
        boolean asynchronous = false;
        String result = null;
        for (Map.Entry<String, JsonNode> entry : told.path("responses").properties()) {
            String code = entry.getKey();
            if (!code.matches("[0-9]{3}")) {
                continue;
            }
            (code.charAt(0) < '4' ? success : errors).add(Integer.parseInt(code));
            JsonNode answer = parameters.resolved(entry.getValue());
            asynchronous |= code.equals("202")
                    && (engine.equals("lxd") || engine.equals("incus"))
                    && "Operation".equals(SpecificationParameters.name(entry.getValue()));
            if (code.charAt(0) == '2') {
                result = result == null ? SpecificationParameters.name(answer.path("schema")) : result;
                if (answer.has("content")) {
                    produces = produces == null ? sorted(answer.path("content")) : produces;
                    for (JsonNode media : answer.path("content")) {
                        result = result == null ? SpecificationParameters.name(media.path("schema")) : result;
                    }
                }
            }
        }
        return new Answers(
                produces == null ? types(description.path("produces")) : produces,
                success,
                errors,
                asynchronous,
                result);
    }

    private String category(String path, JsonNode told) {
        List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
        segments.removeIf(String::isEmpty);
        if (engine.equals("lxd") || engine.equals("incus")) {
            segments.removeIf("1.0"::equals);
            return segments.isEmpty() ? told.path("tags").path(0).asString("server") : segments.getFirst();
        }
        if (segments.isEmpty()) {
            return "root";
        }
        return engine.equals("podman") && segments.getFirst().equals("libpod")
                ? "libpod/" + (segments.size() > 1 ? segments.get(1) : "")
                : segments.getFirst();
    }

    private static Map<String, String> fixed(String query) {
        Map<String, String> fixed = new TreeMap<>();
        for (String part : query.split("&", -1)) {
            int sign = part.indexOf('=');
            fixed.put(sign < 0 ? part : part.substring(0, sign), sign < 0 ? "" : part.substring(sign + 1));
        }
        return fixed;
    }

    /** The flag, or words that begin with saying so. */
    private static boolean isDeprecated(JsonNode told) {
        return told.path("deprecated").asBoolean(false)
                || SAYS_DEPRECATED
                        .matcher(told.path("summary").asString("") + "\n"
                                + told.path("description").asString(""))
                        .find();
    }

    private static List<String> types(JsonNode list) {
        List<String> types = new ArrayList<>();
        list.forEach(type -> types.add(type.asString()));
        types.removeIf(type -> type.indexOf('/') < 0);
        return types;
    }

    private static List<String> sorted(JsonNode content) {
        return content.propertyNames().stream()
                .filter(type -> type.indexOf('/') >= 0)
                .sorted()
                .toList();
    }
}
