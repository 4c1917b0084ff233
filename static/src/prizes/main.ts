// The page `/prizes`.
import '../base/base.css';
import '../base/kit.css';
import '../base/settings.css';
import '../base/sheet.css';
import '../hub/hub.css';
import './prizes.css';
import './engage-prize';
import './engage-prizes';
import '../hub/engage-games';
import { openPage } from '../hub/start';
import { keepPage } from './offline';

openPage();
keepPage();
