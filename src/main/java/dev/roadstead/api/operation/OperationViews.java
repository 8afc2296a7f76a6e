package dev.roadstead.api.operation;

import dev.roadstead.api.operation.OperationView.OperationError;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.operation.Operation;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows operations. */
public final class OperationViews {
    private final ProblemMapper mapper;

    public OperationViews(ProblemMapper mapper) {
        this.mapper = mapper;
    }

    /** An operation as clients see it. */
    public OperationView view(Operation operation) {
        return new OperationView(
                operation.id(),
                operation.kind(),
                operation.status().word(),
                new TreeMap<>(operation.progress()),
                operation.resources(),
                operation.createdAt(),
                operation.updatedAt(),
                error(operation.failure()));
    }

    private @Nullable OperationError error(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        ProblemMapper.Answer answer = mapper.map(failure);
        return new OperationError(
                answer.kind().word(),
                answer.code(),
                answer.message(),
                answer.kind().status(),
                answer.details());
    }
}
