import type { JSX } from "solid-js";
import { TransferSection } from "../chat/TransferSection.tsx";
import { t } from "../i18n/account.ts";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { AccessTokensSection } from "../user/AccessTokensSection.tsx";
import { AppearanceSection } from "../user/AppearanceSection.tsx";
import { DeleteAccountSection } from "../user/DeleteAccountSection.tsx";
import { DevicesSection } from "../user/DevicesSection.tsx";
import { PasswordSection } from "../user/PasswordSection.tsx";
import { ProfileSection } from "../user/ProfileSection.tsx";
import { leavePage } from "./leave-page.ts";

/** Everything about one's own account. */
export function AccountScreen(): JSX.Element {
  return (
    <>
      <ScreenHeader title={t().shell.account} />
      <div class="flex-1 overflow-y-auto px-3.5 pb-12">
        <div class="mx-auto flex max-w-[560px] flex-col gap-6 pt-2">
          <ProfileSection />
          <AppearanceSection />
          <PasswordSection />
          <DevicesSection />
          <TransferSection />
          <AccessTokensSection />
          <DeleteAccountSection onDeleted={leavePage} />
        </div>
      </div>
    </>
  );
}
