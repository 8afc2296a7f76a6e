package dev.roadstead.config;

import dev.roadstead.api.access.AccessProblems;
import dev.roadstead.api.nativeaccess.NativeController;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.nativeaccess.NativeRefusal;
import dev.roadstead.proxy.ProxyEnd;
import dev.roadstead.proxy.ProxyProblems;
import dev.roadstead.proxy.ProxyRefusal;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;

/** The proxy's problems look like all others. */
final class ProxyAnswers implements ProxyProblems {
    private final ProblemMapper mapper;
    private final ProblemWriter writer;

    ProxyAnswers(ProblemMapper mapper, ProblemWriter writer) {
        this.mapper = mapper;
        this.writer = writer;
    }

    @Override
    public Answer answer(Throwable failure, String path, String requestId) {
        ProblemMapper.Answer told = told(failure);
        HttpStatus status = HttpStatus.valueOf(told.kind().status());
        return new Answer(
                status.value(),
                status.getReasonPhrase(),
                MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                writer.bytes(path, requestId, told),
                told.retryAfterSeconds(),
                told.kind() == ErrorKind.AUTH_ERROR ? AccessProblems.CHALLENGE : null,
                new ProxyEnd(told.code(), told.kind().word()));
    }

    private ProblemMapper.Answer told(Throwable failure) {
        return switch (failure) {
            case ProxyRefusal refusal -> refused(refusal);
            case NativeRefusal refusal -> mapper.map(NativeController.told(refusal));
            case AuthenticationException refused -> AccessProblems.answer(refused);
            case AccessDeniedException _ ->
                new ProblemMapper.Answer(ErrorKind.FORBIDDEN, "FORBIDDEN", "not allowed", Map.of(), null);
            default -> mapper.map(failure);
        };
    }

    private static ProblemMapper.Answer refused(ProxyRefusal refusal) {
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.kind()) {
            case MALFORMED ->
                new ProblemMapper.Answer(ErrorKind.VALIDATION_ERROR, "MALFORMED_REQUEST", message, Map.of(), null);
            case TOO_LARGE ->
                new ProblemMapper.Answer(ErrorKind.PAYLOAD_TOO_LARGE, "HEAD_TOO_LARGE", message, Map.of(), null);
            case CROSS_SITE ->
                new ProblemMapper.Answer(
                        ErrorKind.FORBIDDEN, "CROSS_SITE_REQUEST", message, Map.of("policy", "same_origin"), null);
            case STALLED -> new ProblemMapper.Answer(ErrorKind.TIMEOUT, "REQUEST_STALLED", message, Map.of(), null);
        };
    }
}
