import { ScalarType } from "@bufbuild/protobuf";
import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { t } from "../i18n/api-page.ts";

/** The type of a field as it is written in a proto, with words around it for lists and maps. */
export function typeWords(field: DescField): string {
  const own = nameOf(field);
  if (field.fieldKind === "list") return `${t().api.repeated} ${own}`;
  if (field.fieldKind === "map") return t().api.map(scalarName(field.mapKey), own);
  return own;
}

/** The message that a field holds, or a list or map of it; others' messages are known by name. */
export function messageOf(field: DescField): DescMessage | undefined {
  return field.message?.typeName.startsWith("google.") ? undefined : field.message;
}

export function enumOf(field: DescField): DescEnum | undefined {
  return field.enum;
}

/** Whether a scalar may be absent, and not only empty. */
export function isOptional(field: DescField): boolean {
  return field.proto.proto3Optional;
}

function nameOf(field: DescField): string {
  const type = field.message ?? field.enum;
  if (type)
    return type.file.proto.package === field.parent.file.proto.package ? type.name : type.typeName;
  return field.scalar === undefined ? "" : scalarName(field.scalar);
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}
