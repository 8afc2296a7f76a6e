package dev.roadstead.engine;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.opentest4j.TestAbortedException;

/** Keeps what a run of the contract showed of an engine: what it says it can, and which of that a test has used with success. */
final class SupportRecorder implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace HERE = Namespace.create(SupportRecorder.class);
    private static final ThreadLocal<Set<Capability>> USED =
            ThreadLocal.withInitial(() -> EnumSet.noneOf(Capability.class));

    /** What one class of tests showed. */
    private static final class Shown {
        private final Set<Capability> tried = new HashSet<>();
        private @Nullable EngineKind kind;
        private @Nullable EngineDescription description;
    }

    /** The test that runs uses these. */
    static void uses(Capability... capabilities) {
        USED.get().addAll(Set.of(capabilities));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        USED.get().clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ContractSubject subject = (ContractSubject) context.getRequiredTestInstance();
        if (!subject.isAsOutOfTheBox()) {
            return;
        }
        Throwable failure = context.getExecutionException().orElse(null);
        if (failure != null && !(failure instanceof TestAbortedException)) {
            return;
        }
        Shown shown = shown(context);
        if (failure == null) {
            shown.tried.addAll(USED.get());
        }
        if (shown.description == null) {
            Engine engine = subject.engine();
            shown.kind = engine.kind();
            shown.description = engine.describe().block(ContractSubject.WAIT);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Shown shown = shown(context);
        EngineDescription description = shown.description;
        EngineKind kind = shown.kind;
        if (description != null && kind != null) {
            new EngineSupport(kind, description, shown.tried).keep();
        }
    }

    private static Shown shown(ExtensionContext context) {
        ExtensionContext ofClass =
                context.getTestMethod().isPresent() ? context.getParent().orElseThrow() : context;
        return ofClass.getStore(HERE).computeIfAbsent("shown", _ -> new Shown(), Shown.class);
    }
}
