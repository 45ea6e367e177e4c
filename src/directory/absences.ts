// Absences of staff, never with a reason, and the lessons that families see instead.

/** SQL that gives the `id` and `school` of the absence whose key an expression gives. */
export function selectAbsence(key: string): string {
  return `select absence.id as id, absence.school as school from absence where absence.id = ${key}`;
}

/** SQL that gives the `id` and `school` of the lesson whose key an expression gives. */
export function selectLesson(key: string): string {
  return `select lesson.id as id, lesson.school as school from lesson where lesson.id = ${key}`;
}
