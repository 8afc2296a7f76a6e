package dev.roadstead.api.document;

import dev.roadstead.api.problem.ErrorKind;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.web.method.HandlerMethod;

/** Says of every operation what all of its kind have in common, so that no controller has to repeat it. */
public final class OperationDocuments implements GlobalOperationCustomizer {
    private static final Map<String, String> PATH_VARIABLES = Map.of(
            "cuid",
                    "The container: its cuid, or engine:x with a native id, a name or a unique id prefix of at least 4"
                            + " characters.",
            "engine", "The engine's name.",
            "exec_id", "The exec's id.",
            "id", "The operation's id.");
    private static final Map<String, String> EXAMPLES = Map.of(
            "cuid", "local:web",
            "engine", "local",
            "exec_id", "0b6f9a52-8f0e-4a53-a8cc-1f8b6c2f34a1",
            "id", "3f0a8c3e-9b7e-4a41-b1d5-0e6f4d3c2b1a");

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        operation.setOperationId(operationId(handler));
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        parameters.forEach(OperationDocuments::describe);
        if (handler.hasMethodAnnotation(MayBeAsynchronous.class)) {
            offerAsynchronously(operation);
        }
        tellFailures(operation, failures(operation, handler));
        return operation;
    }

    /** The id in the document of the operation that a method serves. */
    public static String operationId(HandlerMethod handler) {
        String controller = handler.getBeanType().getSimpleName();
        String resource = controller.replaceFirst("(Action|Log|Insight|File)?Controller$", "");
        String method = handler.getMethod().getName();
        return Character.toLowerCase(resource.charAt(0))
                + resource.substring(1)
                + Character.toUpperCase(method.charAt(0))
                + method.substring(1);
    }

    private static void describe(Parameter parameter) {
        if ("path".equals(parameter.getIn()) && parameter.getDescription() == null) {
            parameter.setDescription(PATH_VARIABLES.get(parameter.getName()));
            parameter.setExample(EXAMPLES.get(parameter.getName()));
        }
    }

    private static void offerAsynchronously(Operation operation) {
        operation.addParametersItem(new HeaderParameter()
                .name("Prefer")
                .description("With respond-async the answer is an operation, at once.")
                .required(false)
                .example("respond-async")
                .schema(new StringSchema()));
        operation
                .getResponses()
                .addApiResponse(
                        "202",
                        new ApiResponse()
                                .description("The operation, as preferred.")
                                .content(json("application/json", "Operation")));
    }

    private static Set<ErrorKind> failures(Operation operation, HandlerMethod handler) {
        Set<ErrorKind> kinds = EnumSet.noneOf(ErrorKind.class);
        if (!operation.getTags().contains("Health")) {
            kinds.addAll(List.of(ErrorKind.AUTH_ERROR, ErrorKind.RATE_LIMITED, ErrorKind.INTERNAL_ERROR));
        }
        boolean body = operation.getRequestBody() != null;
        if (body) {
            kinds.add(ErrorKind.VALIDATION_ERROR);
            if (operation.getRequestBody().getContent() != null
                    && operation.getRequestBody().getContent().containsKey("application/json")) {
                kinds.addAll(List.of(ErrorKind.PAYLOAD_TOO_LARGE, ErrorKind.UNSUPPORTED_MEDIA_TYPE));
            }
        }
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        for (Parameter parameter : parameters) {
            if ("query".equals(parameter.getIn())) {
                kinds.add(ErrorKind.VALIDATION_ERROR);
            }
            if ("path".equals(parameter.getIn()) && !"id".equals(parameter.getName())) {
                kinds.addAll(List.of(
                        ErrorKind.NOT_FOUND,
                        ErrorKind.ENGINE_ERROR,
                        ErrorKind.ENGINE_UNREACHABLE,
                        ErrorKind.ENGINE_TIMEOUT));
            }
            if ("cuid".equals(parameter.getName())) {
                kinds.addAll(List.of(ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT));
            }
        }
        Fails fails = handler.getMethodAnnotation(Fails.class);
        if (fails != null) {
            kinds.addAll(List.of(fails.value()));
        }
        return kinds;
    }

    private static void tellFailures(Operation operation, Set<ErrorKind> kinds) {
        Map<Integer, StringBuilder> byStatus = new TreeMap<>();
        for (ErrorKind kind : kinds) {
            byStatus.merge(
                    kind.status(),
                    new StringBuilder("%s (`%s`).".formatted(kind.title(), kind.word())),
                    (one, other) -> one.append(' ').append(other));
        }
        byStatus.forEach((status, text) -> operation
                .getResponses()
                .addApiResponse(
                        String.valueOf(status),
                        new ApiResponse()
                                .description(text.toString())
                                .content(json("application/problem+json", "Problem"))));
    }

    private static Content json(String mediaType, String schema) {
        return new Content()
                .addMediaType(mediaType, new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + schema)));
    }
}
