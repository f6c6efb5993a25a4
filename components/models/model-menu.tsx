'use client'

import {
  Copy,
  Download,
  Ellipsis,
  Info,
  MemoryStick,
  Pin,
  PinOff,
  Power,
  ShieldCheck,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { showToast, toastDone, toastError } from '@/components/ui/toast'
import type { Loaded } from '@/lib/client/activity/use-activity'
import { copyText } from '@/lib/client/clipboard'
import { useStartDownload } from '@/lib/client/downloads/mutations'
import { formatBytes } from '@/lib/client/format'
import { againReference } from '@/lib/client/models/model-names'
import {
  useLoadModel,
  usePinModel,
  useUnloadModel,
  useVerifyModel,
  verificationWords,
} from '@/lib/client/models/mutations'
import type { InstalledModel } from '@/lib/client/models/queries'
import { DeleteModelDialog } from './delete-model-dialog'
import { ModelDetailsDialog } from './model-details-dialog'

const ModelSettingsDialog = lazy(() => import('./model-settings-dialog'))

type Props = { model: InstalledModel; name: string; loaded: Loaded | null }

/** What can be done with an installed model. */
export function ModelMenu({ model, name, loaded }: Props) {
  const [shown, setShown] = useState<'details' | 'settings' | 'delete' | null>(null)
  const load = useLoadModel()
  const unload = useUnloadModel()
  const verify = useVerifyModel()
  const pin = usePinModel()
  const download = useStartDownload()
  const again = againReference(model)
  const { id, pinned } = model
  const close = () => setShown(null)
  const toggleLoaded = loaded
    ? () => unload.mutate(id, { onError: toastError })
    : () => load.mutate(id, { onError: toastError })
  const startVerify = () => {
    const toast = { id: `verify ${id}` }
    const text = `Reading the files of ${name}, ${formatBytes(model.size)}`
    showToast({ ...toast, tone: 'busy', text })
    verify
      .mutateAsync(id)
      .then(verificationWords)
      .then(
        (words) => showToast({ ...toast, tone: 'good', text: words }),
        ({ message }: Error) => showToast({ ...toast, tone: 'bad', text: message }),
      )
  }
  const copyRef = () =>
    copyText(model.ref).then(() => toastDone('The reference is copied.'), toastError)
  return (
    <>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Options for “${name}”`} />}
        items={[
          ...(again === null
            ? []
            : [
                {
                  label: 'Download again',
                  icon: Download,
                  onSelect: () => download.mutate(again, { onError: toastError }),
                },
              ]),
          { label: 'Details', icon: Info, onSelect: () => setShown('details') },
          { label: 'Settings', icon: SlidersHorizontal, onSelect: () => setShown('settings') },
          {
            label: loaded ? 'Unload' : 'Load',
            icon: loaded ? Power : MemoryStick,
            disabled: model.missing || load.isPending || unload.isPending,
            onSelect: toggleLoaded,
          },
          {
            label: pinned ? 'Let it unload when idle' : 'Keep in memory',
            icon: pinned ? PinOff : Pin,
            onSelect: () => pin.mutate({ id, pinned: !pinned }, { onError: toastError }),
          },
          {
            label: 'Verify files',
            icon: ShieldCheck,
            disabled: verify.isPending,
            onSelect: startVerify,
          },
          { label: 'Copy reference', icon: Copy, onSelect: () => void copyRef() },
          {
            label: 'Delete',
            icon: Trash2,
            danger: true,
            startsGroup: true,
            disabled: model.builtin,
            onSelect: () => setShown('delete'),
          },
        ]}
      />
      {shown === 'details' && <ModelDetailsDialog id={model.id} name={name} onClose={close} />}
      <Suspense>
        {shown === 'settings' && <ModelSettingsDialog model={model} name={name} onClose={close} />}
      </Suspense>
      {shown === 'delete' && (
        <DeleteModelDialog model={model} name={name} inUse={loaded?.active ?? 0} onClose={close} />
      )}
    </>
  )
}
