import { resolveHref } from "expo-router/build/link/href"
import useLinkToPathProps from "expo-router/build/link/useLinkToPathProps"

/** A link to another page of this site. Expo's own is one of React Native's texts, with previews and menus for phones. */
export function Link({ href, children, ...anchor }) {
  const { onPress, ...props } = useLinkToPathProps({ href: resolveHref(href) })
  return (
    <a {...props} {...anchor} onClick={onPress}>
      {children}
    </a>
  )
}
