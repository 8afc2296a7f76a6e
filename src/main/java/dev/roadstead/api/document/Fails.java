package dev.roadstead.api.document;

import dev.roadstead.api.problem.ErrorKind;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The kinds of problems an operation may answer with, beside those that every operation of its place has. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Fails {
    /** The kinds. */
    ErrorKind[] value();
}
