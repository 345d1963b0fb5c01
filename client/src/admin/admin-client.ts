import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { clientOf } from "../api.ts";

/** Comes with this slice: only administrators need its service. */
export const adminClient = clientOf(AdminService);
