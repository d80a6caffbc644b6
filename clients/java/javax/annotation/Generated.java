package javax.annotation;

/** Stands for the annotation that generated code bears, so that no library need be fetched. */
public @interface Generated {
  String[] value();

  String date() default "";

  String comments() default "";
}
